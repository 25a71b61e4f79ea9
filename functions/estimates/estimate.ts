import type { CostHistory } from '../../shared/contract/cost.ts';
import type { Estimate, EstimatedUse } from '../../shared/contract/estimate.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';
import type { Quality } from '../../shared/contract/plan.ts';
import { filmWishes } from '../author/plan/outline-wishes.ts';
import { type Averages, averagesOf, usualMakingSeconds } from './averages.ts';
import { type ModelPrices, modelUses, type Range } from './model-uses.ts';
import { usual } from './usual.ts';

/** What a text costs to say, and by whom. */
export interface SpeechCharge {
  provider: string;
  model: string;
  microDollars: number;
}

export type EstimateQuestion = {
  quality: Quality;
  history: CostHistory | undefined;
  /** Of so many characters. */
  speechCharge: (characters: number) => SpeechCharge;
} & (
  | {
      kind: 'topic';
      flavor: Flavor;
      prices: ModelPrices;
      /** Of the film; as the flavor says where absent. */
      seconds?: number | undefined;
      hasImage: boolean;
    }
  /** Everything about a lesson is known but how fast it is spoken. */
  | { kind: 'lesson'; sections: number; characters: number }
);

/** What a film will take, from what earlier films took or from what is usual. */
export function estimateFilm(question: EstimateQuestion): Estimate {
  return question.kind === 'topic' ? topicEstimate(question) : lessonEstimate(question);
}

type TopicQuestion = Extract<EstimateQuestion, { kind: 'topic' }>;
type LessonQuestion = Extract<EstimateQuestion, { kind: 'lesson' }>;

/** Narration may be half as long again as was asked for, which the check of a plan still lets pass. */
const LONGEST_NARRATION = 1.5;

function topicEstimate(question: TopicQuestion): Estimate {
  const { flavor, prices, quality, history, hasImage } = question;
  const { parameters } = flavor;
  const averages = averagesOf(history, { kind: 'topic', quality, models: parameters.models });
  const { seconds: filmSeconds, sections: allowed } = filmWishes(flavor, question.seconds === undefined ? {} : { seconds: question.seconds });
  const usualSections = Math.round(filmSeconds / usual.sectionSeconds);
  const sections = { expected: Math.max(allowed.fewest, Math.min(allowed.most, usualSections)), most: allowed.most };
  const characters = Math.round(filmSeconds * averages.narratedCharactersASecond);
  const asked = modelUses({ flavor, sections, averages, prices, hasImage });
  const speech = speechUse(question, { sections, characters: { expected: characters, most: Math.round(characters * LONGEST_NARRATION) } });
  const waiting = averages.waitingSecondsASecond;
  const waitingSeconds =
    waiting === undefined ? thinkingSeconds(asked, sections.expected) + usualMakingSeconds(quality, filmSeconds) : waiting * filmSeconds;
  return together(question, { sections, characters, filmSeconds, waitingSeconds, uses: [...asked, speech], averages });
}

function lessonEstimate(question: LessonQuestion): Estimate {
  const { quality, history, sections: count, characters } = question;
  const averages = averagesOf(history, { kind: 'lesson', quality, models: { plan: '', scene: '', repair: '' } });
  const sections = { expected: count, most: count };
  const filmSeconds = characters / averages.narratedCharactersASecond;
  const waiting = averages.waitingSecondsASecond;
  const waitingSeconds = waiting === undefined ? usualMakingSeconds(quality, filmSeconds) : waiting * filmSeconds;
  const uses = [speechUse(question, { sections, characters: { expected: characters, most: characters } })];
  return together(question, { sections, characters, filmSeconds, waitingSeconds, uses, averages });
}

/** A model plans, sections are written side by side, and what fails is mended. */
function thinkingSeconds(uses: EstimatedUse[], sections: number): number {
  const replyOf = (name: EstimatedUse['use']): number => uses.find(({ use }) => use === name)?.outputTokens.expected ?? 0;
  const atOnce = Math.min(sections, usual.sectionsAtOnce);
  const tokensInTurn = replyOf('plan') + (replyOf('scenes') + replyOf('mending')) / atOnce;
  const questionsInTurn = 2 + sections / atOnce;
  return questionsInTurn * usual.firstTokenSeconds + tokensInTurn / usual.replyTokensASecond;
}

function speechUse({ speechCharge }: EstimateQuestion, { sections, characters }: { sections: Range; characters: Range }): EstimatedUse {
  const { provider, model, microDollars } = speechCharge(characters.expected);
  return {
    use: 'speech',
    provider,
    model,
    calls: sections,
    inputTokens: { expected: 0, most: 0 },
    outputTokens: { expected: 0, most: 0 },
    characters: characters.expected,
    microDollars: { expected: microDollars, most: speechCharge(characters.most).microDollars },
    basis: 'defaults',
  };
}

interface EstimateParts {
  sections: Range;
  characters: number;
  filmSeconds: number;
  waitingSeconds: number;
  uses: EstimatedUse[];
  averages: Averages;
}

function together({ history }: EstimateQuestion, { averages, uses, filmSeconds, waitingSeconds, ...parts }: EstimateParts): Estimate {
  const sum = (range: (use: EstimatedUse) => Range): Range => ({
    expected: uses.reduce((total, use) => total + range(use).expected, 0),
    most: uses.reduce((total, use) => total + range(use).most, 0),
  });
  const { films = 0, topics = 0 } = history ?? {};
  const speaks = averages.narratedCharactersASecond !== usual.narratedCharactersASecond;
  const told = uses.map((use): EstimatedUse => (use.use === 'speech' && speaks ? { ...use, basis: 'history' } : use));
  const waiting = averages.waitingSecondsASecond === undefined ? 'defaults' : 'history';
  return {
    ...parts,
    filmSeconds: Math.round(filmSeconds),
    waitingSeconds: Math.round(waitingSeconds),
    inputTokens: sum((use) => use.inputTokens),
    outputTokens: sum((use) => use.outputTokens),
    microDollars: sum((use) => use.microDollars),
    uses: told,
    basis: { films, topics, waiting, note: noteOf([...told.map(({ basis }) => basis), waiting], { films, topics }) },
  };
}

function noteOf(bases: string[], { films, topics }: { films: number; topics: number }): string {
  const isHistory = bases.filter((basis) => basis === 'history').length;
  if (isHistory === 0) return 'From what is usual: this store has too few films yet to tell.';
  const from = `From the latest films of this store (${films}, of which ${topics} from a topic)`;
  return isHistory === bases.length ? `${from}.` : `${from}, and from what is usual where they do not tell.`;
}
