import type { PhrasingContent } from 'mdast';
import { LecternError } from '../../../shared/errors.ts';

/** A kind of inline Markdown (`mdast-util-math` adds one to the standard). */
type Inline = PhrasingContent | { type: 'inlineMath'; value: string };

const escaped = (text: string): string => text.replace(/[\\$`]|\*\*/g, (sign) => [...sign].map((one) => `\\${one}`).join(''));

/**
 * Inline Markdown as rich text, the notation that `lectern_render.text.rich` sets: `$mathematics$`, `**strong**`,
 * `` `code` ``, with a backslash before a sign that is meant itself. Emphasis and links keep their words.
 */
export const richText = (nodes: readonly Inline[]): string =>
  nodes.map((node) => {
    switch (node.type) {
      case 'text': return escaped(node.value.replace(/\s+/g, ' '));
      case 'inlineMath': return `$${node.value}$`;
      case 'inlineCode': return `\`${node.value.replaceAll('`', "'")}\``;
      case 'strong': return `**${richText(node.children)}**`;
      case 'emphasis': case 'delete': case 'link': return richText(node.children);
      case 'break': return ' ';
      default: return '';
    }
  }).join('');

/** Rich text as it reads: without its marks. For checks of length, and for transcripts. */
export const plainText = (rich: string): string =>
  rich.replace(/(?<!\\)(\*\*|[$`])/g, '').replace(/\\([\\$`*])/g, '$1');

/** Every formula in rich text. */
export const formulasInText = (...texts: string[]): string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(/(?<!\\)\$(.+?)(?<!\\)\$/gs)].map((found) => found[1] ?? ''))),
];

/** @throws LecternError where words for the screen are too many to be read while somebody speaks */
export const checkLength = (what: { name: string; text: string; most: number; line: number }): void => {
  const length = plainText(what.text).length;
  if (length <= what.most) return;
  throw new LecternError('lesson/too-long', {
    message: `${what.name} has ${length} characters; at most ${what.most} can be read while somebody speaks.`,
    fix: 'Say it in the narration and show a few words of it.',
    line: what.line,
  });
};
