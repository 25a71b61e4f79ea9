import { layOut } from './layout.ts';
import type { PlannedSection } from './port.ts';
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
export function writeScene(planned: PlannedSection): SceneCode {
  const { content: section } = planned;
  const appearances = layOut(section);
  const stage = new StageCode(appearances);
  const card = cardOf(planned);
  const lines = [...head];
  const beatOfLine: (number | undefined)[] = head.map(() => undefined);
  const write = (line: string, beat: number | undefined): void => {
    lines.push(line);
    beatOfLine.push(beat);
  };
  if (!card) write(`        blocks.corner_label(self, ${titleLiteral(section.title)})`, undefined);
  section.beats.forEach((beat, number) => {
    write(`        with self.beat(${number}):`, number);
    const own = number < (card?.until ?? 0) ? [] : stage.beat(beat, number);
    const statements = [...cardLines(number, card, section.title), ...own];
    for (const statement of statements.length > 0 ? statements : ['pass']) write(`            ${statement}`, number);
  });
  return { python: `${lines.join('\n')}\n`, beatOfLine };
}

/** A title in large type for a section that begins without a picture; at beat `until` (0-based) it shrinks into the corner. */
interface Card {
  title: string;
  until: number;
}

/** The film opens with its own title, other sections with theirs, where their first beat has nothing to show: no section begins empty. */
function cardOf({ outline, section, content: { title, beats } }: PlannedSection): Card | undefined {
  const [first] = beats;
  if (!first || first.visuals.length > 0 || (section > 1 && first.keyPhrases.length > 0)) return undefined;
  const picture = beats.findIndex((beat, number) => number > 0 && (beat.visuals.length > 0 || beat.keyPhrases.length > 0));
  return { title: section === 1 ? outline.title : title, until: picture < 0 ? beats.length : picture };
}

function cardLines(beat: number, card: Card | undefined, sectionTitle: string): string[] {
  if (card && beat === 0) return [`card = blocks.title_card(self, ${titleLiteral(card.title)})`];
  return card && beat === card.until ? [`card.shrink(${titleLiteral(sectionTitle)})`] : [];
}
