import type { Heading, Root, RootContent } from 'mdast';
import type { Plan, Section } from '../../shared/contract/plan.ts';
import { LecternError, LessonErrors } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { BlockReader } from './blocks.ts';
import { checkContinuations } from './continuations.ts';
import { checkCues } from './cues.ts';
import { collectFaults, type Faults } from './faults.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { layOut } from './layout.ts';
import { markdownTree, sourceOf, wordsOf } from './markdown.ts';
import { SectionBuilder } from './section-builder.ts';
import { shownTex } from './tex/shown.ts';
import { UnreadableTex } from './tex/tree.ts';

const longestTitle = 80;

/**
 * A lesson in Markdown (docs/lesson-format.md) as a plan.
 * @throws LessonErrors with everything that is wrong with it, each with its line and what to do
 */
export function parseLesson(text: string, { fileName }: { fileName: string }): Plan {
  const faults = collectFaults();
  const plan = faults.attempt(() => readLesson(text.replace(/^\uFEFF/, ''), fileName, faults));
  if (plan && faults.found.length === 0) return plan;
  throw new LessonErrors([...faults.found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
}

function readLesson(text: string, fileName: string, faults: Faults): Plan {
  if (text.trim() === '') {
    throw new LecternError('lesson/empty', { message: 'The lesson is empty.', fix: 'Write a “## Heading”, and a paragraph under it. examples/ holds lessons to start from.' });
  }
  const tree = markdownTree(text);
  checkSectionCount(tree);
  const yaml = tree.children.find((node) => node.type === 'yaml');
  const front = faults.attempt(() => readFrontMatter(yaml?.value)) ?? readFrontMatter(undefined);
  const builders = readSections(tree, { text, language: front.language, faults });
  const sections = builders.map((builder) => builder.finish(faults)).filter((section) => section !== undefined);
  checkBeatCount(sections, faults);
  // Where a block could not be read, what goes on with it would be a fault that is none.
  for (const section of sections.filter(({ source }) => !faults.within(source))) {
    checkContinuations(section, faults);
    checkCues(section, { language: front.language, faults });
    if (!section.sceneCode) faults.attempt(() => layOut(section));
  }
  return planOf({ front, title: titleOf(tree, faults), fileName, sections });
}

function planOf({ front, title, fileName, sections }: { front: FrontMatter; title: string | undefined; fileName: string; sections: Section[] }): Plan {
  const fromFile = fileName.replace(/\.[^.]*$/, '').replaceAll(/[-_]+/g, ' ').trim();
  const named = front.title ?? title ?? fromFile;
  return { ...front, title: named === '' ? 'A lesson' : named.charAt(0).toUpperCase() + named.slice(1), sections };
}

function checkSectionCount(tree: Root): void {
  const headings = tree.children.filter((node) => node.type === 'heading' && node.depth === 2);
  if (headings.length === 0) {
    throw new LecternError('lesson/no-section', {
      message: 'The lesson has no section.',
      fix: 'Start each part of the lesson with a line such as “## What a derivative is”: sections become the chapters of the film.',
    });
  }
  const first = headings[limits.sections];
  if (!first) return;
  throw new LecternError('lesson/too-many-sections', {
    message: `The lesson has ${headings.length} sections; ${limits.sections} is the most.`,
    fix: 'Divide it into several lessons: a film of more than six minutes is rarely watched to its end.',
    line: sourceOf(first).firstLine,
  });
}

function checkBeatCount(sections: Section[], faults: Faults): void {
  const beats = sections.reduce((sum, section) => sum + section.beats.length, 0);
  if (beats <= limits.beats) return;
  faults.add(new LecternError('lesson/too-long', { message: `The lesson has ${beats} beats; ${limits.beats} is the most.`, fix: 'Divide it into several lessons.' }));
}

function readSections(tree: Root, lesson: { text: string; language: string; faults: Faults }): SectionBuilder[] {
  const builders: SectionBuilder[] = [];
  let reader: BlockReader | undefined;
  let started = false;
  for (const node of tree.children) {
    if (node.type === 'yaml') continue;
    if (node.type === 'heading' && node.depth !== 1) {
      const builder = lesson.faults.attempt(() => startSection(node));
      reader = builder && new BlockReader(lesson, builder);
      if (builder) builders.push(builder);
      started = true;
    } else if (node.type !== 'heading') {
      // What stands under a heading that cannot be used is right where it is.
      if (reader) reader.read(node);
      else if (!started && !isSilent(node)) lesson.faults.add(beforeFirstSection(node));
    }
  }
  return builders;
}

const isSilent = (node: RootContent): boolean => node.type === 'thematicBreak' || node.type === 'definition' || (node.type === 'html' && node.value.startsWith('<!--'));

const beforeFirstSection = (node: RootContent): LecternError =>
  new LecternError('lesson/before-section', {
    message: 'Something stands before the first section.',
    fix: 'Put a “## Heading” above it. Only front matter and one “# Title” may stand before that.',
    line: sourceOf(node).firstLine,
  });

function startSection(heading: Heading): SectionBuilder {
  const { firstLine: line } = sourceOf(heading);
  const title = headingText(heading);
  if (heading.depth > 2) {
    throw new LecternError('lesson/heading', {
      message: `“${'#'.repeat(heading.depth)} ${title}” is a heading within a section.`,
      fix: 'Use “##” for a section of its own, or make the words **bold** in a sentence.',
      line,
    });
  }
  if (title === '') throw new LecternError('lesson/heading', { message: 'A heading is empty.', fix: 'Write the section’s title behind the ##.', line });
  if (title.length > longestTitle) {
    throw new LecternError('lesson/heading', { message: `A heading has ${title.length} characters; ${longestTitle} is the most.`, fix: 'Shorten it: it names a chapter, and stands in the corner of the picture.', line });
  }
  return new SectionBuilder(title, line);
}

function headingText(heading: Heading): string {
  const shown = heading.children.map((child) => {
    if (child.type !== 'inlineMath') return wordsOf(child);
    try {
      return shownTex(child.value);
    } catch (error) {
      if (error instanceof UnreadableTex) return child.value;
      throw error;
    }
  });
  return shown.join('').replaceAll(/\s+/g, ' ').trim();
}

function titleOf(tree: Root, faults: Faults): string | undefined {
  const [title, second] = tree.children.filter((node) => node.type === 'heading' && node.depth === 1) as Heading[];
  if (second) {
    faults.add(new LecternError('lesson/heading', { message: 'The lesson has two titles.', fix: 'Start sections with “##”; “#” is the title of the whole film.', line: sourceOf(second).firstLine }));
  }
  const words = title && headingText(title);
  return words === '' ? undefined : words;
}
