import type { Section } from '../../shared/contract/plan.ts';
import { titleLiteral } from './write-scene.ts';

/** Scene code of the card that stands in for a section that could not be drawn: its title, while its narration is spoken. */
export function cardCode(section: Section, beatCount: number): string {
  const later = Array.from({ length: Math.max(0, beatCount - 1) }, (_, index) => `        with self.beat(${index + 1}):\n            pass\n`);
  return [
    'from lectern_render import LessonScene, blocks\n\n\nclass Section(LessonScene):\n    def construct(self):\n',
    `        with self.beat(0):\n            blocks.title_card(self, ${titleLiteral(section.title)})\n`,
    ...later,
  ].join('');
}
