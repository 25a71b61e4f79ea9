"""The base classes of scene code: Manim scenes that keep to the beats of their narration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from manim import MovingCameraScene, Scene, ThreeDScene

if TYPE_CHECKING:
    from .job import RenderJob
    from .runtime import Runtime

SECONDS_WITHOUT_A_CLOCK = 3600.0


class BeatScene(Scene):
    """What the runtime adds to a scene.

    Inside `with self.beat(k):` everything that is played or waited for gets frames of beat k (0-based) and
    never more than it has. What asks for too much is squeezed together; what is left over is padded. Run by
    plain Manim, without a job, beats keep no time.
    """

    _runtime: Runtime | None = None
    _job: RenderJob | None = None
    _focus: Any = None
    _share_end_frame: int | None = None
    _is_plain = False

    @contextmanager
    def beat(self, number: int) -> Iterator[None]:
        """The stretch in which sentence group `number` is spoken. Beats are entered in order, each at most
        once.

        Entering waits until the beat's first frame, leaving pads to its last. What is played outside any
        beat belongs to the beat before (to beat 0 before the first one).
        """
        if self._runtime is None:
            yield
            return
        self._runtime.enter(number)
        yield
        self._runtime.leave()

    @property
    def beat_frames_left(self) -> int:
        """Frames that may still be asked for in the current beat; more of them than it has, when it will be
        squeezed."""
        if self._runtime is None:
            return int(SECONDS_WITHOUT_A_CLOCK)
        return self._runtime.clock.frames_to_ask_for

    @property
    def beat_seconds_left(self) -> float:
        """Seconds that may still be asked for in the current beat: `self.play(..., run_time=self.beat_seconds_left)` fills it."""
        if self._runtime is None:
            return SECONDS_WITHOUT_A_CLOCK
        return self._runtime.clock.frames_to_ask_for / self._runtime.clock.frames_per_second

    @property
    def telling_seconds_left(self) -> float:
        """Seconds until the beat's last word: what is shown one after the other is spread over these, so that all of
        it is there when the beat has been said, and the pause after it is quiet. Inside `share_of_beat`, that share."""
        if self._runtime is None:
            return SECONDS_WITHOUT_A_CLOCK
        clock = self._runtime.clock
        end = clock.telling_end_frame if self._share_end_frame is None else self._share_end_frame
        return min(self.beat_seconds_left, max(0, end - clock.frame) / clock.frames_per_second)

    @contextmanager
    def share_of_beat(self, share: float) -> Iterator[None]:
        """What is drawn inside spreads over this share (0 to 1) of what is still to be said in the beat: for two
        pictures of one beat, `with self.share_of_beat(1 / 2):` around the first."""
        if self._runtime is None:
            yield
            return
        clock, outer = self._runtime.clock, self._share_end_frame
        end = clock.telling_end_frame if outer is None else outer
        self._share_end_frame = clock.frame + round(max(0, end - clock.frame) * share)
        try:
            yield
        finally:
            self._share_end_frame = outer

    def wait_for_word(self, phrase: str) -> None:
        """Waits until `phrase` (one word or several in a row, any case) is spoken in the current beat.

        Does not wait for what is not spoken in it, or already was; the report says so.
        """
        if self._runtime is not None:
            self._runtime.wait_for_word(phrase)

    def focus(self, thing: Any) -> None:
        """Names what is spoken of now: an object with `emphases()`, an endless iterator of small animations.

        Whenever the picture has not changed for five seconds while somebody speaks, the next of them is
        played.
        """
        self._focus = thing

    @property
    def symbol_colours(self) -> dict[str, str]:
        """Colour of each symbol of the lesson's ledger, by its LaTeX."""
        return self._job.symbol_colours if self._job is not None else {}

    @property
    def section_title(self) -> str:
        """Title of the section that this scene films."""
        return self._job.title if self._job is not None else ""

    @classmethod
    def validate_run_time(cls, run_time: float, method: Any, parameter_name: str = "run_time") -> float:
        """Lengths of nothing or less are allowed: what has no time is applied at once. Manim raises."""
        return max(run_time, 1e-9)


class LessonScene(BeatScene, MovingCameraScene):
    """A section of a lesson: a Manim scene with beats, whose camera frame can move (`self.camera.frame`)."""


class LessonThreeDScene(BeatScene, ThreeDScene):
    """A section of a lesson in three dimensions."""


def with_beats(scene_class: type[Scene]) -> type[Scene]:
    """The class itself if it has beats; else one that adds them to a plain Manim scene and keeps its name."""
    if issubclass(scene_class, BeatScene):
        return scene_class
    added = {"__module__": scene_class.__module__, "_is_plain": True}
    return type(scene_class.__name__, (BeatScene, scene_class), added)


def is_plain(scene: Scene) -> bool:
    """Whether it was written for Manim alone, and is to look as Manim draws it to the last pixel."""
    return getattr(scene, "_is_plain", False)
