import { z } from 'zod';
import { dataColourSchema, type Outline, type Section, shownText } from '../../../shared/contract/plan.ts';
import type { OutlineBrief } from '../../prompts/plan.ts';

/** An outline as a model answers it. What it says is checked apart: here stands only its form. */
export const outlineReplySchema = z.object({
  title: z.string(),
  language: z.string(),
  keywords: z.array(z.string()),
  ledger: z.array(z.object({ symbol: z.string(), colour: dataColourSchema, meaning: z.string() })),
  sections: z.array(z.object({ title: z.string(), goal: z.string(), seconds: z.number(), introduces: z.array(z.string()), uses: z.array(z.string()) })),
});
export type OutlineReply = z.infer<typeof outlineReplySchema>;
export type OutlineReplySection = OutlineReply['sections'][number];

const beatReplySchema = z.object({ narration: z.string(), picture: z.string(), keyPhrases: z.array(z.string()), pauseSeconds: z.number() });
const sectionReplySchema = z.object({ title: z.string(), beats: z.array(beatReplySchema) });

/** Sections as a model answers them. */
export const sectionsReplySchema = z.object({ sections: z.array(sectionReplySchema) });
export type SectionsReply = z.infer<typeof sectionsReplySchema>;
export type SectionReply = z.infer<typeof sectionReplySchema>;
export type BeatReply = z.infer<typeof beatReplySchema>;

const defaultPauseSeconds = 0.5;

const leniently = z.object({
  title: z.string().catch(''),
  beats: z.array(z.object({
    narration: z.string().catch(''),
    picture: z.string().catch(''),
    keyPhrases: z.array(z.string()).catch([]),
    pauseSeconds: z.number().catch(defaultPauseSeconds),
  }).catch({ narration: '', picture: '', keyPhrases: [], pauseSeconds: defaultPauseSeconds })).catch([]),
}).catch({ title: '', beats: [] });

/** One section out of a reply that is still coming. What is missing in it is empty, so that it is found with all other faults. */
export const readSectionReply = (value: unknown): SectionReply => leniently.parse(value);

/** An outline as a model is given it. */
export const outlineBrief = ({ title, language, ledger, sections }: Outline): OutlineBrief => ({ title, language, ledger, sections });

/** A finished section as a model is given it. */
export const sectionBrief = ({ title, beats }: Section): object => ({
  title,
  beats: beats.map((beat) => ({ narration: shownText(beat), picture: beat.picture ?? '', keyPhrases: beat.keyPhrases, pauseSeconds: beat.pauseSeconds })),
});
