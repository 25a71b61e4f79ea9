import type { Plan, Section } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';
import { visualKind } from './visuals/index.ts';
import { formulasInText } from './visuals/rich-text.ts';

interface Placed {
  visual: Visual;
  /** Line of the lesson; undefined where the plan did not come from one. */
  line: number | undefined;
}

const visualsOf = (section: Section): Placed[] =>
  section.beats.flatMap((beat) => beat.visuals.map((visual, index) => ({ visual, line: beat.visualLines?.[index] ?? beat.source?.firstLine })));

/** Every formula that will be set, in pictures and key phrases, with the line that it comes from. */
export const formulasOf = ({ sections }: Pick<Plan, 'sections'>): { tex: string; line: number | undefined }[] =>
  sections.flatMap((section) => [
    ...section.beats.flatMap((beat) => formulasInText(...beat.keyPhrases).map((tex) => ({ tex, line: beat.source?.firstLine }))),
    ...visualsOf(section).flatMap(({ visual, line }) => visualKind(visual).formulas(visual).map((tex) => ({ tex, line }))),
  ]);

/** Every file that the plan's pictures are drawn from, with the line that names it. */
export const assetsOf = ({ sections }: Pick<Plan, 'sections'>): { name: string; line: number | undefined }[] =>
  sections.flatMap(visualsOf).flatMap(({ visual, line }) => visualKind(visual).assets(visual).map((name) => ({ name, line })));

/** The files that one section draws from, each once. */
export const sectionAssets = (section: Section): string[] => [
  ...new Set(visualsOf(section).flatMap(({ visual }) => visualKind(visual).assets(visual))),
];
