import type { Blockquote } from 'mdast';
import { LecternError } from '../../../shared/errors.ts';
import { checkLength, formulasInText, richText } from './rich-text.ts';
import type { VisualKind } from './visual-kind.ts';

const MOST_CHARACTERS = 140;

const noteOf = (text: string, line: number): { kind: 'note'; text: string } => {
  if (text === '') throw new LecternError('lesson/note', { message: 'A note is empty.', fix: 'Write a few words after the ">".', line });
  checkLength({ name: 'A note', text, most: MOST_CHARACTERS, line });
  return { kind: 'note', text };
};

/** Words that are shown and not spoken: `> note` in Markdown. */
export const noteKind: VisualKind<'note'> = {
  kind: 'note',
  fences: ['note'],
  weight: 'companion',
  parse: (fence) => noteOf(fence.text.replace(/\s+/g, ' ').trim(), fence.firstLine),
  call: (visual) => ({ name: 'note', method: false, positional: [visual.text], named: {} }),
  formulas: (visual) => formulasInText(visual.text),
  assets: () => [],
};

/**
 * A Markdown block quotation as a note.
 *
 * @throws LecternError where it holds anything but paragraphs, or too many words
 */
export const noteOfMarkdown = (quotation: Blockquote, line: number): ReturnType<typeof noteKind.parse> => {
  const paragraphs = quotation.children.map((child) => {
    if (child.type === 'paragraph') return richText(child.children);
    throw new LecternError('lesson/note', { message: `A note holds a ${child.type}.`, fix: 'Write plain words after the ">"; put the rest outside it.', line: child.position?.start.line ?? line });
  });
  return noteOf(paragraphs.join(' ').trim(), line);
};
