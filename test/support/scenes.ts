/** Scene code of one section whose `construct` is these lines. */
export const scene = (...lines: string[]): string =>
  ['from manim import *', 'from lectern_render import LessonScene', '', 'class Section(LessonScene):', '    def construct(self):', ...lines.map((line) => `        ${line}`)].join('\n');

export const circle = scene('with self.beat(0):', '    self.play(Create(Circle()))');
