import type { Code, Image, List, ListItem, Paragraph, RootContent } from 'mdast';
import type { Visual } from '../../shared/contract/visual.ts';
import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { checkAssetPath } from './asset-name.ts';
import { AtomReader, htmlFault } from './atoms.ts';
import type { Faults } from './faults.ts';
import { sourceOf, wordsOf } from './markdown.ts';
import { beatsOf } from './narration.ts';
import type { SectionBuilder } from './section-builder.ts';
import { CODE_LANGUAGES } from './visuals/code.ts';
import { fenceNames, kindOfFence, visualKind } from './visuals/index.ts';
import { listOfMarkdown } from './visuals/list.ts';
import { noteOfMarkdown } from './visuals/note.ts';
import { tableOfMarkdown } from './visuals/table.ts';
import type { Fence } from './visuals/visual-kind.ts';
import { nearestWord } from './visuals/yaml-fence.ts';

const revealPauseSeconds = 1.5;
const longestPauseSeconds = 10;
const pausePattern = /^(?:\.{3}|…)\s*(?:(\d+(?:\.\d+)?)\s*s)?$/;

type MarkdownList = Extract<Visual, { kind: 'list'; items: unknown }>;

/** Reads what stands between two headings, block by block, into a section. */
export class BlockReader {
  private readonly lesson: { text: string; language: string; faults: Faults };
  private readonly section: SectionBuilder;

  constructor(lesson: { text: string; language: string; faults: Faults }, section: SectionBuilder) {
    this.lesson = lesson;
    this.section = section;
  }

  /** What is wrong with the block goes to the lesson's faults. */
  read(node: RootContent): void {
    const { firstLine, lastLine } = sourceOf(node);
    this.section.reach(lastLine);
    this.lesson.faults.attempt(() => this.readBlock(node, firstLine));
  }

  private readBlock(node: RootContent, line: number): void {
    switch (node.type) {
      case 'paragraph': return this.readParagraph(node, line);
      case 'list': return this.readList(node, line);
      case 'code': return this.readCode(node, line);
      case 'math': return this.show(this.fence({ name: 'math', argument: '', text: node.value, firstLine: line + 1 }), line);
      case 'table': return this.show(tableOfMarkdown(node, line), line);
      case 'blockquote': return this.show(noteOfMarkdown(node, line), line);
      case 'html': return node.value.startsWith('<!--') ? undefined : refuse(htmlFault(node.value), line);
      case 'thematicBreak': return this.section.clearStage();
      // The target of a link has no picture, and harms nothing.
      case 'definition': return undefined;
      default: return refuse({ message: `A ${node.type} has no picture.`, fix: 'Take it out. docs/lesson-format.md lists what a lesson may hold.' }, line);
    }
  }

  private readParagraph(node: Paragraph, line: number): void {
    const [only, second] = node.children;
    const pause = pausePattern.exec(wordsOf(node).trim());
    if (pause) return this.section.addPause(Math.min(longestPauseSeconds, Number(pause[1] ?? revealPauseSeconds)), line);
    if (only?.type === 'inlineMath' && !second && this.sourceText(only).startsWith('$$')) {
      return this.show(this.fence({ name: 'math', argument: '', text: only.value, firstLine: line }), line);
    }
    const images = node.children.filter((child) => child.type === 'image');
    if (images.length > 0 && node.children.every((child) => child.type === 'image' || wordsOf(child).trim() === '')) {
      for (const image of images) this.show(imageOf(image), sourceOf(image).firstLine);
      return;
    }
    const { language, faults } = this.lesson;
    this.section.addBeats(beatsOf(new AtomReader({ language, faults }).read(node.children), language));
  }

  private readCode(node: Code, line: number): void {
    const fenced = /^\s*(?:```|~~~)/.test(this.sourceText(node));
    const name = node.lang ?? 'text';
    const firstLine = fenced ? line + 1 : line;
    if (name === 'manim') return this.readSceneCode(node.value, { firstLine, lastLine: Math.max(firstLine, sourceOf(node).lastLine - 1) });
    this.show(this.fence({ name, argument: node.meta ?? '', text: node.value, firstLine }, line), line);
  }

  private readSceneCode(python: string, source: { firstLine: number; lastLine: number }): void {
    const line = source.firstLine - 1;
    const example = 'Write “class Section(LessonScene):” with “def construct(self):” in it, and “with self.beat(0):” for each beat.';
    if (!/^\s*class\s+\w+\s*\(/m.test(python)) refuse({ message: 'The manim block defines no scene.', fix: example }, line);
    if (python.length > limits.sceneCodeCharacters) {
      refuse({ message: `The manim block has ${python.length} characters; ${limits.sceneCodeCharacters} is the most.`, fix: 'Divide the section.' }, line);
    }
    this.section.addSceneCode(python, source);
  }

  private fence(fence: Fence, line = fence.firstLine): Visual {
    const kind = kindOfFence(fence.name);
    if (kind) return kind.parse(fence);
    const near = nearestWord(fence.name, ['manim', ...fenceNames]);
    const blocks = ['manim', ...fenceNames].filter((name) => !CODE_LANGUAGES.includes(name)).sort();
    throw new LecternError('lesson/unknown-block', {
      message: `There is no block called “${fence.name}”.`,
      fix: `${near ? `Did you mean “${near}”? ` : ''}The blocks are: ${blocks.join(', ')}; a program stands in a block of its language, such as python, or in a text block.`,
      line,
    });
  }

  /** An item's first paragraph is shown; what follows in it is told while it is the current one. */
  private readList(node: List, line: number): void {
    const heads = node.children.map((item) => ({ ...item, children: item.children.slice(0, 1) }));
    const told = node.children.map((item) => item.children.slice(1));
    const list = withImages(listOfMarkdown({ ...node, children: heads.map(withoutImages) }, line) as MarkdownList, heads);
    for (const item of list.items) if (item.image !== undefined) checkAssetPath(item.image, line);
    const firstTold = told.findIndex((blocks) => blocks.length > 0);
    if (firstTold < 0) return this.show(list, line);
    told.forEach((blocks, index) => {
      if (blocks.length === 0) return;
      const step = index + 1;
      this.section.addForNext(index === firstTold ? { ...list, step } : { kind: 'list', continues: true, step }, sourceOf(node.children[index] ?? node).firstLine);
      for (const block of blocks) this.readInItem(block);
    });
  }

  private readInItem(block: ListItem['children'][number]): void {
    if (block.type === 'list') refuse({ message: 'A list stands within a list.', fix: 'Make it a list of its own after the next sentence, or say it.' }, sourceOf(block).firstLine);
    this.read(block);
  }

  private show(visual: Visual, line: number): void {
    for (const file of visualKind(visual).assets(visual)) checkAssetPath(file, line);
    this.section.addVisual(visual, line);
  }

  private sourceText(node: { position?: { start: { offset?: number | undefined }; end: { offset?: number | undefined } } | undefined }): string {
    return this.lesson.text.slice(node.position?.start.offset, node.position?.end.offset);
  }
}

function refuse(told: { message: string; fix: string }, line: number): never {
  throw new LecternError('lesson/block', { ...told, line });
}

const fileOf = (url: string): string => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};

const imageOf = (image: Image): Visual => ({ kind: 'image', file: fileOf(image.url), alt: (image.alt ?? '').slice(0, 300), callouts: [] });

/** The images of an item's first paragraph: `- ![a leaf](leaf.png) The leaf` makes a card. */
const imagesOf = (item: ListItem): Image[] => {
  const [paragraph] = item.children;
  return paragraph?.type === 'paragraph' ? paragraph.children.filter((child) => child.type === 'image') : [];
};

const withoutImages = (item: ListItem): ListItem => {
  const [paragraph] = item.children;
  if (paragraph?.type !== 'paragraph' || imagesOf(item).length === 0) return item;
  return { ...item, children: [{ ...paragraph, children: paragraph.children.filter((child) => child.type !== 'image') }] };
};

const withImages = (list: MarkdownList, items: ListItem[]): MarkdownList => {
  const images = items.map((item) => imagesOf(item)[0]);
  if (images.every((image) => image === undefined)) return list;
  return { ...list, style: 'cards', items: list.items.map((item, index) => (images[index] ? { ...item, image: fileOf(images[index].url) } : item)) };
};
