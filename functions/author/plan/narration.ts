import type { Paragraph, Parent, RootContent } from 'mdast';
import type { Span } from '../../../shared/contract/plan.ts';
import { type Atom, AtomReader } from '../../lesson/atoms.ts';
import { collectFaults } from '../../lesson/faults.ts';
import { markdownTree } from '../../lesson/markdown.ts';
import { keyPhrasesOf, spansOf } from '../../lesson/narration.ts';
import { isProse, isSpeakableCode, unspeakable, withoutLowered } from './unspeakable.ts';

/** The words of a beat, read. */
export interface Narration {
  spans: Span[];
  /** Bold stretches as rich text. */
  keyPhrases: string[];
  /** What in it cannot be spoken, told so that its author can mend it. */
  faults: string[];
}

const blockNames: Partial<Record<RootContent['type'], string>> = {
  heading: 'a heading', list: 'a list', table: 'a table', code: 'a block of code', blockquote: 'a quotation', html: 'HTML', math: 'a displayed formula', thematicBreak: 'a rule',
};

type Inline = Paragraph['children'][number];

/** The inline content of all paragraphs, as one: a beat has no paragraphs. */
function inlineOf(blocks: RootContent[]): Inline[] {
  const paragraphs = blocks.filter((block): block is Paragraph => block.type === 'paragraph');
  return paragraphs.flatMap(({ children }, index) => (index === 0 ? children : [{ type: 'text', value: ' ' } as const, ...children]));
}

const childrenOf = (node: object): Inline[] => ('children' in node ? ((node as Parent).children as Inline[]) : []);

/** What cannot be spoken of what stands in a sentence; what is said otherwise than it is shown can. */
function inlineFaults(nodes: Inline[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'link' && node.url === 'say') return unspeakable(node.title ?? '');
    if (node.type === 'text') return unspeakable(node.value);
    if (node.type === 'inlineCode') return isSpeakableCode(node.value) ? [] : [`“${node.value}” is code: say what it does`];
    if (node.type === 'inlineMath') return isProse(node.value) ? [`“$${node.value}$” is read as a formula and is none: write amounts of money in words`] : [];
    return inlineFaults(childrenOf(node));
  });
}

/** Names with lowered digits are shown as they are written and spoken without: a voice may skip what it does not know. */
const spokenNames = (atom: Atom): Atom[] =>
  atom.spoken !== undefined || !/[₀-₉]/u.test(atom.text)
    ? [atom]
    : atom.text.split(/(\S*[₀-₉]\S*)/u).filter((text) => text !== '').map((text) => {
        const spoken = withoutLowered(text);
        return { ...atom, text, rich: text, ...(spoken === text ? {} : { spoken }) };
      });

/** Reads the inline Markdown of a beat's narration. */
export function readNarration(text: string, language: string): Narration {
  const blocks = markdownTree(text.trim().replaceAll(/[^\S\n]+/g, ' ')).children;
  const inline = inlineOf(blocks);
  const refused = collectFaults();
  const atoms = new AtomReader({ language, faults: refused }).read(inline).flatMap(spokenNames);
  const others = blocks.flatMap((block) => blockNames[block.type] ?? []);
  return {
    spans: spansOf(atoms),
    keyPhrases: keyPhrasesOf(atoms),
    faults: [
      ...others.map((name) => `${name} cannot be spoken`),
      ...inlineFaults(inline),
      ...refused.found.map(({ message, fix }) => `${message.replace(/\.$/, '')} (${fix})`),
    ],
  };
}
