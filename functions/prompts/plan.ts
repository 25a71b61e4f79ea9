import type { LedgerEntry } from '../../shared/contract/plan.ts';
import { OUTLINE_FORM, SECTIONS_FORM } from './plan-form.ts';
import { tagged, taggedFaults, taggedJson } from './tagged.ts';

/** What a film is to be like, as far as somebody has said so. */
export interface FilmWishes {
  seconds: number;
  /** How far from that a film may be, as a share of it: little where somebody asked for it. */
  tolerance: number;
  sections: { fewest: number; most: number };
  /** BCP 47; the topic's own where absent. */
  language: string | undefined;
}

/** The parts of an outline that its sections are written from. */
export interface OutlineBrief {
  title: string;
  language: string;
  ledger: LedgerEntry[];
  sections: { title: string; goal?: string | undefined; seconds?: number | undefined; introduces?: string[] | undefined; uses?: string[] | undefined }[];
}

const languageName = (code: string): string => new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;

/** What a model is told before every outline: the same bytes for all topics of a flavor. */
export const outlineSystem = (instructions: string): string => `${instructions.trim()}\n\n${OUTLINE_FORM}`;

/** What a model is told before it writes sections: the same bytes for all topics of a flavor. */
export const sectionsSystem = (instructions: string): string => `${instructions.trim()}\n\n${SECTIONS_FORM}`;

/** The question for an outline. */
export function outlineText({ topic, wishes }: { topic: string; wishes: FilmWishes }): string {
  const { fewest, most } = wishes.sections;
  const asked = [
    `Length: ${Math.ceil(wishes.seconds * (1 - wishes.tolerance))} to ${Math.floor(wishes.seconds * (1 + wishes.tolerance))} seconds in all, best ${wishes.seconds}.`,
    fewest === most ? `Sections: ${fewest}.` : `Sections: ${fewest} to ${most}.`,
    `Language: ${wishes.language === undefined ? 'that of the topic' : `${languageName(wishes.language)} (${wishes.language})`}.`,
  ];
  return `${tagged('topic', topic)}\n\n${tagged('wishes', asked.join(' '))}`;
}

/** What is said to an outline that does not hold. */
export const outlineRepairText = ({ instructions, faults }: { instructions: string; faults: string[] }): string => `${instructions.trim()}\n\n${taggedFaults(faults)}`;

/** The question for the sections, or for those that are not written yet. */
export function sectionsText({ topic, outline, written }: { topic: string; outline: OutlineBrief; written: object[] }): string {
  const parts = [tagged('topic', topic), taggedJson('outline', outline)];
  if (written.length > 0) parts.push(taggedJson('written', written));
  return parts.join('\n\n');
}

/** What is said to a reply that brought no section that was asked for. */
export const nothingWrittenText = (titles: string[]): string =>
  `${taggedFaults([`None of the sections that are to be written stands in your reply: ${titles.join('; ')}.`])}\n\nAnswer once more, in the form that was asked for, with all of them.`;

/** What is said to one section that does not hold. */
export function sectionRepairText(repair: { instructions: string; section: number; of: number; title: string; faults: string[] }): string {
  const { instructions, section, of, title, faults } = repair;
  return `${instructions.trim()}\n\n<section number="${section}" of="${of}">${title.replaceAll('</', '<\u200b/')}</section>\n\n${taggedFaults(faults)}`;
}
