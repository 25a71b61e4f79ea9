import { type Beat, type Section, spokenText } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { placedWords } from '../../shared/spoken-characters.ts';
import type { Faults } from './faults.ts';

const wordsIn = (text: string, language: string): string[] => placedWords(text, language).map(({ text: word }) => word.toLowerCase());

const contains = (words: string[], phrase: string[]): boolean =>
  phrase.length > 0 && words.some((_, start) => phrase.every((word, index) => words[start + index] === word));

const shortened = (text: string): string => (text.length > 70 ? `${text.slice(0, 70)}…` : text);

function cuesOf(beat: Beat): { when: string; line: number | undefined }[] {
  return beat.visuals.flatMap((visual, index) =>
    'steps' in visual ? visual.steps.flatMap(({ when }) => (when === undefined ? [] : [{ when, line: beat.visualLines?.[index] }])) : [],
  );
}

/** Every word that a step waits for has to be spoken in the step's own beat: else it would come too late, or at once. */
export function checkCues(section: Section, { language, faults }: { language: string; faults: Faults }): void {
  for (const beat of section.beats) {
    const spoken = spokenText(beat);
    const words = wordsIn(spoken, language);
    for (const { when, line } of cuesOf(beat)) {
      if (contains(words, wordsIn(when, language))) continue;
      faults.add(new LecternError('lesson/cue', {
        message: `A step waits for “${when}”, and what is spoken there is: “${shortened(spoken)}”`,
        fix: 'Write words of the sentence above the block. A long paragraph becomes several beats, and a block belongs to the last: give the sentence a paragraph of its own.',
        line,
      }));
    }
  }
}
