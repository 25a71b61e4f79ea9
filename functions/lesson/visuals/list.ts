import type { List } from 'mdast';
import { z } from 'zod';
import { listStyleSchema } from '../../../shared/contract/visuals/text.ts';
import { LecternError } from '../../../shared/errors.ts';
import { checkLength, formulasInText, richText } from './rich-text.ts';
import type { VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

/** Six words or so: the rest of the sentence is spoken. */
const MOST_CHARACTERS = 120;

const textValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const itemValue = z.union([
  textValue.transform((text): { text: string; image?: string } => ({ text })),
  z.strictObject({ text: textValue, image: z.string().optional() })
    .transform(({ text, image }) => (image === undefined ? { text } : { text, image })),
]);
const schema = z.strictObject({
  items: z.array(itemValue).min(1).max(40).optional(),
  style: listStyleSchema.optional(),
  step: z.int().positive().optional(),
});

const wrongStep = (step: number, items: number, line: number): LecternError =>
  new LecternError('lesson/list', { message: `The list has ${items} items, and "step" is ${step}.`, fix: `Write step: 1 to step: ${items}.`, line });

/** Points, steps or cards: a Markdown list, or the fence `list`; the fence with only `step` goes on with it. */
export const listKind: VisualKind<'list'> = {
  kind: 'list',
  fences: ['list'],
  weight: 'figure',
  parse: (fence) => {
    const { value, lineOf } = readFence(fence, schema);
    if (value.items === undefined) {
      if (value.step !== undefined && value.style === undefined) return { kind: 'list', continues: true, step: value.step };
      throw new LecternError('lesson/list', {
        message: 'A fence "list" needs "items" (a new list) or "step" alone (an item of the one on the stage).',
        fix: 'Write items: [first, second], or step: 2.',
        line: fence.firstLine,
      });
    }
    value.items.forEach((item, index) => checkLength({ name: `Item ${index + 1} of the list`, text: item.text, most: MOST_CHARACTERS, line: lineOf(['items', index]) }));
    if (value.step !== undefined && value.step > value.items.length) throw wrongStep(value.step, value.items.length, lineOf(['step']));
    return { kind: 'list', style: value.style ?? 'bullets', items: value.items, ...(value.step === undefined ? {} : { step: value.step }) };
  },
  call: (visual) => {
    if (visual.continues) return { name: 'step', method: true, positional: [visual.step], named: {} };
    const items = visual.items.map((item) => (item.image === undefined ? item.text : { text: item.text, image: item.image }));
    return { name: 'item_list', method: false, positional: [items], named: { style: visual.style, ...(visual.step === undefined ? {} : { step: visual.step }) } };
  },
  formulas: (visual) => visual.continues ? [] : formulasInText(...visual.items.map((item) => item.text)),
  assets: (visual) => visual.continues ? [] : visual.items.flatMap((item) => item.image ?? []),
};

/**
 * A Markdown list as a visual: numbered ones are steps. `line` is the lesson's first line of it.
 *
 * @throws LecternError where an item is too long, or holds more than one paragraph
 */
export const listOfMarkdown = (list: List, line: number): ReturnType<typeof listKind.parse> => {
  const items = list.children.map((item, index) => {
    const [paragraph, more] = item.children;
    const itemLine = item.position?.start.line ?? line;
    if (paragraph?.type !== 'paragraph' || more) {
      throw new LecternError('lesson/list', {
        message: `Item ${index + 1} of the list is not one line of words.`,
        fix: 'Keep each item to one line; a list within a list becomes a list of its own after the next sentence.',
        line: more?.position?.start.line ?? itemLine,
      });
    }
    const text = richText(paragraph.children).trim();
    checkLength({ name: `Item ${index + 1} of the list`, text, most: MOST_CHARACTERS, line: itemLine });
    return { text };
  });
  return { kind: 'list', style: list.ordered ? 'steps' : 'bullets', items };
};
