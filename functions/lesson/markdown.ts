import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { mathFromMarkdown } from 'mdast-util-math';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { math } from 'micromark-extension-math';

/** CommonMark with front matter, tables and mathematics as a tree whose nodes know their lines. */
export const markdownTree = (text: string): Root =>
  fromMarkdown(text, {
    extensions: [frontmatter(['yaml']), gfmTable(), math()],
    mdastExtensions: [frontmatterFromMarkdown(['yaml']), gfmTableFromMarkdown(), mathFromMarkdown()],
  });

/** First and last line of a node. Every node that comes out of a text has them. */
export const sourceOf = (node: { position?: { start: { line: number }; end: { line: number } } | undefined }): { firstLine: number; lastLine: number } => ({
  firstLine: node.position?.start.line ?? 1,
  lastLine: node.position?.end.line ?? 1,
});

/** The node's words without any mark. */
export function wordsOf(node: object): string {
  if ('value' in node && typeof node.value === 'string') return node.value;
  if ('alt' in node && typeof node.alt === 'string') return node.alt;
  return 'children' in node && Array.isArray(node.children) ? (node.children as object[]).map(wordsOf).join('') : '';
}
