import type { CostHistory } from '../../shared/contract/cost.ts';
import type { Estimate } from '../../shared/contract/estimate.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';
import { spokenText } from '../../shared/contract/plan.ts';
import type { JobRequest } from '../../shared/contract/request.ts';
import type { Planner } from '../lesson/port.ts';
import type { Speech } from '../speech/port.ts';
import { estimateFilm, type SpeechCharge } from './estimate.ts';
import type { ModelPrices } from './model-uses.ts';
import { noPlanner } from './no-planner.ts';

/** What is asked for, and how long the film is to be where that is known. */
export type EstimatedRequest = JobRequest & { seconds?: number | undefined };

export interface EstimatorParts {
  /** Averages of films made before; undefined where there are none to be had. */
  history: () => Promise<CostHistory | undefined>;
  /** The flavor of that name, or the default, and what models cost; absent where no film is planned from a topic. */
  topics?: { flavorOf: (name: string) => Flavor; prices: ModelPrices } | undefined;
  speech: Pick<Speech, 'price'>;
  /** The planner of a lesson that was sent: it buys nothing. */
  lessonPlanner: (request: Extract<JobRequest, { lesson: string }>) => Planner;
}

const PACE = 150;

/** Tells what films will take. @throws LecternError `no_planner`, or what the planner of a lesson says of it */
export function filmEstimator(parts: EstimatorParts): (request: EstimatedRequest) => Promise<Estimate> {
  return async (request) => {
    const history = await parts.history();
    if (request.lesson !== undefined) return lessonEstimate(request, parts, history);
    if (parts.topics === undefined) throw noPlanner();
    const { flavor: name, seconds, voice, language = 'en', imageContext } = request;
    const { flavorOf, prices } = parts.topics;
    const flavor = flavorOf(name);
    return estimateFilm({
      kind: 'topic',
      flavor,
      prices,
      seconds,
      hasImage: imageContext !== undefined,
      quality: request.quality ?? flavor.parameters.quality,
      history,
      speechCharge: chargeOf(parts, { language, voice }),
    });
  };
}

async function lessonEstimate(request: Extract<JobRequest, { lesson: string }>, parts: EstimatorParts, history: CostHistory | undefined): Promise<Estimate> {
  const { outline, sections } = await parts.lessonPlanner(request).start(new AbortController().signal);
  const beats = sections.flatMap((section) => section.beats);
  return estimateFilm({
    kind: 'lesson',
    sections: sections.length,
    characters: beats.reduce((sum, beat) => sum + spokenText(beat).length, 0),
    quality: outline.quality,
    history,
    speechCharge: chargeOf(parts, outline),
  });
}

/** Providers charge by the character, whichever it is. */
const chargeOf =
  ({ speech }: EstimatorParts, { language, voice }: { language: string; voice?: string | undefined }) =>
  (characters: number): SpeechCharge =>
    speech.price({ text: 'a'.repeat(characters), language, voice, pace: PACE });
