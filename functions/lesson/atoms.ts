import type { Nodes, PhrasingContent } from 'mdast';
import type { InlineMath } from 'mdast-util-math';
import { LecternError } from '../../shared/errors.ts';
import type { Faults } from './faults.ts';
import { sourceOf, wordsOf } from './markdown.ts';
import { shownTex } from './tex/shown.ts';
import { spokenTex } from './tex/spoken.ts';
import { UnreadableTex } from './tex/tree.ts';
import { richText } from './visuals/rich-text.ts';

type Inline = PhrasingContent | InlineMath;

/** A piece of a paragraph that is shown, spoken and made bold as one. */
export interface Atom {
  /** As captions and transcript show it. */
  text: string;
  /** As the voice says it; undefined where that is the same. */
  spoken: string | undefined;
  /** Number of the bold stretch that it belongs to; undefined where it is not bold. */
  bold: number | undefined;
  /** As the screen shows it, in the notation of rich text. */
  rich: string;
  firstLine: number;
}

interface Place {
  language: string;
  faults: Faults;
}

const quotedTex = (tex: string): string => (tex.length > 40 ? `${tex.slice(0, 40)}…` : tex);

const unspacedEnd = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。，！？]$/u;
const unspacedStart = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** What stands for the end of a line: nothing between ideographs, a space between other words. */
const glue = (line: string, next: string | undefined): string =>
  next === undefined || (unspacedEnd.test(line) && unspacedStart.test(next)) ? '' : ' ';

/** Reads the inline Markdown of a paragraph piece by piece. */
export class AtomReader {
  private readonly atoms: Atom[] = [];
  private readonly place: Place;
  private boldStretches = 0;
  private bold: number | undefined;

  constructor(place: Place) {
    this.place = place;
  }

  /** What cannot be spoken goes to the faults. */
  read(nodes: Inline[]): Atom[] {
    for (const node of nodes) this.readNode(node);
    return this.atoms;
  }

  private add(node: Nodes | InlineMath, piece: { text: string; spoken?: string; rich?: string }): void {
    if (piece.text === '') return;
    const { firstLine } = sourceOf(node);
    this.atoms.push({ text: piece.text, spoken: piece.spoken, bold: this.bold, rich: piece.rich ?? piece.text, firstLine });
  }

  private readNode(node: Inline): void {
    switch (node.type) {
      case 'text': return this.readText(node);
      case 'break': return this.add(node, { text: ' ' });
      case 'inlineCode': return this.add(node, { text: node.value, rich: richText([node]) });
      case 'inlineMath': return this.readMath(node);
      case 'strong': return this.readStrong(node.children);
      case 'emphasis': case 'delete': case 'linkReference': return void this.read(node.children);
      case 'link': return node.url === 'say' ? this.readSaid(node) : void this.read(node.children);
      // The end of an element was told of at its start.
      case 'html': return /^<(?:!--|\/)/.test(node.value) ? undefined : this.refuse(node, htmlFault(node.value));
      default: return this.refuse(node, {
        message: `A ${node.type === 'image' || node.type === 'imageReference' ? 'picture' : node.type} stands in the middle of spoken words.`,
        fix: 'Put it into a paragraph of its own, after the sentence at which it appears.',
      });
    }
  }

  /** Line by line, so that every piece knows where it stands. */
  private readText(node: Extract<Inline, { type: 'text' }>): void {
    const { firstLine } = sourceOf(node);
    const lines = node.value.split('\n');
    lines.forEach((line, index) => {
      const text = line + glue(line, lines[index + 1]);
      if (text !== '') this.atoms.push({ text, spoken: undefined, bold: this.bold, rich: richText([{ type: 'text', value: text }]), firstLine: firstLine + index });
    });
  }

  private readStrong(children: Inline[]): void {
    if (this.bold !== undefined) return void this.read(children);
    this.bold = this.boldStretches;
    this.boldStretches += 1;
    this.read(children);
    this.bold = undefined;
  }

  private readMath(node: InlineMath): void {
    try {
      this.add(node, { text: shownTex(node.value), spoken: spokenTex(node.value, this.place.language), rich: richText([node]) });
    } catch (error) {
      if (!(error instanceof UnreadableTex)) throw error;
      this.refuse(node, {
        message: `“$${quotedTex(node.value)}$” cannot be read aloud: ${error.message}.`,
        fix: `Say how it is spoken: [$${quotedTex(node.value)}$](say "…").`,
      });
    }
  }

  /** `[shown](say "spoken")`: one piece, whose words in captions and speech differ. */
  private readSaid(node: Extract<Inline, { type: 'link' }>): void {
    const spoken = node.title?.trim();
    if (!spoken) {
      return this.refuse(node, { message: 'A “say” has no words to be spoken.', fix: 'Write [$E = mc^2$](say "E equals m c squared"): the spoken words stand in quotes after say.' });
    }
    this.add(node, { text: this.shownWords(node.children, spoken), spoken, rich: richText(node.children) });
  }

  private shownWords(nodes: Inline[], spoken: string): string {
    try {
      return nodes.map((node) => (node.type === 'inlineMath' ? shownTex(node.value) : wordsOf(node).replaceAll('\n', ' '))).join('');
    } catch (error) {
      // Captions show what is said where the formula has no plain form.
      if (error instanceof UnreadableTex) return spoken;
      throw error;
    }
  }

  private refuse(node: Nodes | InlineMath, told: { message: string; fix: string }): void {
    this.place.faults.add(new LecternError('lesson/narration', { ...told, line: sourceOf(node).firstLine }));
  }
}

/** What is told of HTML, which has no picture in a film. */
export const htmlFault = (html: string): { message: string; fix: string } => ({
  message: `HTML (${html.slice(0, 30).split('\n')[0] ?? ''}) has no place in a lesson.`,
  fix: 'Take it out, or put a sign that is meant itself behind a backslash: \\<. Comments <!-- like this --> may stay.',
});
