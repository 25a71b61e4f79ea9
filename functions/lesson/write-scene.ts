import type { Plan, Section } from '../../shared/contract/plan.ts';
import { layOut } from './layout.ts';
import { pythonLiteral } from './python-literal.ts';
import { StageCode } from './stage-code.ts';
import { richText } from './visuals/rich-text.ts';

export interface SceneCode {
  python: string;
  /** For each line of the code, in order, the beat (0-based) that it belongs to; undefined outside beats. */
  beatOfLine: (number | undefined)[];
}

const head = ['from manim import *', 'from lectern_render import LessonScene, blocks', '', '', 'class Section(LessonScene):', '    def construct(self):'];

/** A title is words, not rich text: its signs stand for themselves. */
export const titleLiteral = (title: string): string => pythonLiteral(richText([{ type: 'text', value: title }]));

/**
 * The Python of a section: calls of `lectern_render.blocks` with literals, beat by beat. The same section gives the same text.
 * @throws LecternError where its pictures have no room beside each other
 */
export function writeScene(section: Section, { sectionNumber, plan }: { sectionNumber: number; plan: Plan }): SceneCode {
  const appearances = layOut(section);
  const stage = new StageCode(appearances);
  const withCard = sectionNumber === 1 && section.beats[0]?.visuals.length === 0 && section.beats.length > 1;
  const lines = [...head];
  const beatOfLine: (number | undefined)[] = head.map(() => undefined);
  const write = (line: string, beat: number | undefined): void => {
    lines.push(line);
    beatOfLine.push(beat);
  };
  const corner = `blocks.corner_label(self, ${titleLiteral(section.title)})`;
  if (!withCard) write(`        ${corner}`, undefined);
  section.beats.forEach((beat, number) => {
    write(`        with self.beat(${number}):`, number);
    const opening = withCard ? cardLines(number, plan.title, section.title) : [];
    const own = withCard && number === 0 ? [] : stage.beat(beat, number);
    const statements = [...opening, ...own];
    for (const statement of statements.length > 0 ? statements : ['pass']) write(`            ${statement}`, number);
  });
  return { python: `${lines.join('\n')}\n`, beatOfLine };
}

/** The film opens with its title where its first beat has no picture; the title then shrinks into the corner. */
function cardLines(beat: number, filmTitle: string, sectionTitle: string): string[] {
  if (beat === 0) return [`card = blocks.title_card(self, ${titleLiteral(filmTitle)})`];
  return beat === 1 ? [`card.shrink(${titleLiteral(sectionTitle)})`] : [];
}
