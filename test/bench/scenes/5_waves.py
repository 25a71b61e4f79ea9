from manim import *


class Waves(Scene):
    """Curves that become other curves, and a camera-filling wave that runs: many pixels change at each frame."""

    def construct(self):
        axes = Axes(x_range=[0, 6.4, 1], y_range=[-1.5, 1.5, 0.5], x_length=11, y_length=5)
        self.play(Create(axes))
        target = axes.plot(lambda x: 1.0 if x % 6.283 < 3.1416 else -1.0, use_smoothing=False, color=GREY)
        self.play(Create(target))
        self.wait(2)

        def partial(count):
            return lambda x: sum(4 / PI * np.sin((2 * k + 1) * x) / (2 * k + 1) for k in range(count))

        curve = axes.plot(partial(1), color=BLUE)
        words = MathTex(r"\tfrac{4}{\pi}\sin x").to_corner(UR)
        self.play(Create(curve), Write(words))
        self.wait(2)
        for count in (2, 4, 8):
            series = MathTex(rf"\tfrac{{4}}{{\pi}}\sum_{{k=0}}^{{{count - 1}}}\tfrac{{\sin((2k+1)x)}}{{2k+1}}")
            series.to_corner(UR)
            wave = axes.plot(partial(count), color=BLUE)
            self.play(Transform(curve, wave), ReplacementTransform(words, series), run_time=1.5)
            words = series
            self.wait(2)
        phase = ValueTracker(0)
        running = always_redraw(lambda: axes.plot(lambda x: np.sin(x * 2 + phase.get_value()), color=YELLOW))
        self.add(running)
        self.play(phase.animate.set_value(6), run_time=4, rate_func=linear)
        running.clear_updaters()
        self.wait(2)
