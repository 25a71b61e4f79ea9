import type { CostHistory } from '../../shared/contract/cost.ts';
import type { Quality } from '../../shared/contract/plan.ts';
import { makingSecondsASecond, usual } from './usual.ts';

/** Tokens of one use, added up; undefined where this store has no such call. */
export interface UsedTokens {
  /** By how many of what the use is counted in: sections that were planned, scenes, mended scenes. */
  count: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

/** What films of a store took on average. */
export interface Averages {
  plan: UsedTokens | undefined;
  scene: UsedTokens | undefined;
  mending: UsedTokens | undefined;
  /** 0 to 1. */
  mendedShare: number;
  narratedCharactersASecond: number;
  /** From request to film, for a second of film; undefined where this store has no film of this kind and quality. */
  waitingSecondsASecond: number | undefined;
}

/** Fewer sections than these say little of the next film. */
const SECTIONS_THAT_TELL = 8;
/** Less narration than this says little of how fast the voice is. */
const SECONDS_THAT_TELL = 60;

/** What the calls of a phase by a model came to. A phase that another model did is nothing to go by. */
function tokensOf({ calls }: CostHistory, phase: string, model: string): UsedTokens | undefined {
  const found = calls.find((each) => each.phase === phase && each.model === model);
  if (!found || found.calls === 0) return undefined;
  const unit = (name: string): number => found.units[name] ?? 0;
  return {
    count: found.sections,
    inputTokens: unit('input_tokens'),
    cacheReadTokens: unit('cache_read_tokens'),
    cacheWriteTokens: unit('cache_write_tokens'),
    outputTokens: unit('output_tokens'),
  };
}

export interface HistoryQuestion {
  kind: 'lesson' | 'topic';
  quality: Quality;
  models: { plan: string; scene: string; repair: string };
}

/** The averages that history has, and those that are taken for usual where it has none. */
export function averagesOf(history: CostHistory | undefined, { kind, quality, models }: HistoryQuestion): Averages {
  if (history === undefined) return usualAverages;
  const tells = history.topicSections >= SECTIONS_THAT_TELL;
  const plan = tells ? tokensOf(history, 'plan', models.plan) : undefined;
  const planned = history.calls.find((each) => each.phase === 'plan' && each.model === models.plan);
  const sectionsATopic = history.topics > 0 ? history.topicSections / history.topics : 0;
  const waited = history.waiting.find((each) => each.kind === kind && each.quality === quality);
  return {
    // A plan is asked for once a film, and is as long as it has sections.
    plan: plan && planned && sectionsATopic > 0 ? { ...plan, count: planned.jobs * sectionsATopic } : undefined,
    scene: tells ? tokensOf(history, 'code', models.scene) : undefined,
    mending: tells ? tokensOf(history, 'repair', models.repair) : undefined,
    mendedShare: tells ? history.mendedSections / history.topicSections : usual.mendedShare,
    narratedCharactersASecond:
      history.narratedSeconds >= SECONDS_THAT_TELL ? history.narratedCharacters / history.narratedSeconds : usual.narratedCharactersASecond,
    waitingSecondsASecond: waited && waited.filmSeconds >= SECONDS_THAT_TELL ? waited.waitingSeconds / waited.filmSeconds : undefined,
  };
}

const usualAverages: Averages = {
  plan: undefined,
  scene: undefined,
  mending: undefined,
  mendedShare: usual.mendedShare,
  narratedCharactersASecond: usual.narratedCharactersASecond,
  waitingSecondsASecond: undefined,
};

/** The usual time from plan to film. */
export const usualMakingSeconds = (quality: Quality, filmSeconds: number): number => makingSecondsASecond[quality] * filmSeconds;
