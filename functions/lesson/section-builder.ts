import type { Beat, Section } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';
import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Faults } from './faults.ts';

interface PlacedVisual {
  visual: Visual;
  line: number;
}

const lastLookSeconds = 1.5;

/** Gathers what stands under one `##` heading: beats, and the visuals that belong to each. */
export class SectionBuilder {
  readonly line: number;
  private readonly title: string;
  private readonly beats: Beat[] = [];
  /** Visuals that wait for the next beat. */
  private waiting: PlacedVisual[] = [];
  private clearing = false;
  private sceneCode: Section['sceneCode'];
  private lastLine: number;

  constructor(title: string, line: number) {
    this.title = title;
    this.line = line;
    this.lastLine = line;
  }

  addBeats(beats: Beat[]): void {
    const [first] = beats;
    if (first) {
      for (const placed of this.waiting) attach(first, placed);
      this.waiting = [];
      if (this.clearing) first.clearsStage = true;
      this.clearing = false;
    }
    this.beats.push(...beats);
  }

  /** At the beat before it, or, before the first one, at the first. */
  addVisual(visual: Visual, line: number): void {
    const last = this.beats.at(-1);
    if (last && this.waiting.length === 0 && !this.clearing) attach(last, { visual, line });
    else this.waiting.push({ visual, line });
  }

  /** At the beat that comes next. */
  addForNext(visual: Visual, line: number): void {
    this.waiting.push({ visual, line });
  }

  /** The next beat starts with an empty stage; so does the picture that comes before it is spoken. */
  clearStage(): void {
    this.clearing = this.beats.length > 0;
  }

  addPause(seconds: number, line: number): void {
    const last = this.beats.at(-1);
    if (!last) throw new LecternError('lesson/pause', { message: 'A pause stands before anything is said.', fix: 'Put the line of three dots after a sentence.', line });
    last.pauseSeconds = seconds;
  }

  addSceneCode(python: string, source: { firstLine: number; lastLine: number }): void {
    if (this.sceneCode) {
      throw new LecternError('lesson/manim', { message: `The section “${this.title}” has two manim blocks.`, fix: 'One class films the whole section: put both into it, or make two sections.', line: source.firstLine - 1 });
    }
    this.sceneCode = { python, source };
  }

  /** The last line of the lesson that belongs to the section. */
  reach(line: number): void {
    this.lastLine = Math.max(this.lastLine, line);
  }

  /** The section, or undefined where there is none to be made; what is wrong with it goes to the faults. */
  finish(faults: Faults): Section | undefined {
    const last = this.beats.at(-1);
    if (!last) {
      faults.add(new LecternError('lesson/no-narration', {
        message: `In the section “${this.title}” nothing is said.`,
        fix: 'Write a paragraph under its heading: its sentences are spoken, and pictures appear as they are spoken.',
        line: this.line,
      }));
      return undefined;
    }
    for (const placed of this.waiting) attach(last, placed);
    // What comes last is seen for a while before the section, and with it the picture, ends.
    if (last.visuals.length > 0 || last.keyPhrases.length > 0) last.pauseSeconds = Math.max(last.pauseSeconds, lastLookSeconds);
    this.checkLength(faults);
    return {
      title: this.title,
      beats: this.beats,
      ...(this.sceneCode ? { sceneCode: this.sceneCode } : {}),
      source: { firstLine: this.line, lastLine: this.lastLine },
    };
  }

  private checkLength(faults: Faults): void {
    const characters = this.beats.flatMap((beat) => beat.narration).reduce((sum, { text, spoken }) => sum + (spoken ?? text).length, 0);
    if (characters <= limits.sectionCharacters) return;
    faults.add(new LecternError('lesson/too-long', {
      message: `The section “${this.title}” has ${characters} characters to be spoken; ${limits.sectionCharacters} is the most.`,
      fix: 'Divide it: a section of 45 to 90 seconds, about 150 words, is one that people watch to its end.',
      line: this.line,
    }));
  }
}

function attach(beat: Beat, { visual, line }: PlacedVisual): void {
  beat.visuals.push(visual);
  beat.visualLines = [...(beat.visualLines ?? []), line];
}
