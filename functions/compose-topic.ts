import { join } from 'node:path';
import { asking } from './author/asking/asking.ts';
import type { Wait } from './author/asking/patience.ts';
import { imageContext } from './author/image.ts';
import type { TopicWishes } from './author/plan/parts.ts';
import { topicPlanner } from './author/planner.ts';
import { llmWriter } from './author/writer.ts';
import { systemWait } from './clock/wait.ts';
import type { Authors } from './compose.ts';
import type { Config, ProviderConfig } from './config.ts';
import { folderFlavors } from './flavors/folder.ts';
import type { Flavors } from './flavors/port.ts';
import { googleLlm } from './llm/ai-sdk/google-llm.ts';
import { openAiCompatibleLlm } from './llm/ai-sdk/openai-compatible-llm.ts';
import { anthropicLlm } from './llm/anthropic/anthropic-llm.ts';
import { llmByProvider } from './llm/by-provider.ts';
import { knownModels } from './llm/known-models.ts';
import type { Llm, Models } from './llm/port.ts';
import type { Planner } from './lesson/port.ts';
import type { Log } from './telemetry/port.ts';

/** A reply that nothing came of for so long is not waited for any more. */
const SILENCE_SECONDS = 120;
/** On a machine of one's own, reading a long prompt can take minutes. */
const LOCAL_SILENCE_SECONDS = 600;

/** What models cost, whether or not there is a key for them. */
export const modelPrices: Models = knownModels;

/** What plans and writes films from topics, once for a process. */
export interface TopicStudio {
  flavors: Flavors;
  models: Models;
  llm: Llm;
  /** Until a provider is asked again. */
  wait: Wait;
}

export interface TopicOrder {
  topic: string;
  /** Name of a flavor; the default where absent. */
  flavor?: string | undefined;
  wishes: TopicWishes;
  /** The bytes of an image, as they were sent. */
  image?: Uint8Array | undefined;
  /** Scenes are written anew, though the same was asked before: found again are only answers of the same name. */
  fresh?: string | undefined;
}

/** Flavors as they stand in the checkout. @throws LecternError `bad_flavor` with file and line */
export const openFlavors = (config: Config, log: Log): Promise<Flavors> =>
  folderFlavors({ folder: join(config.checkout, 'flavors'), log, models: knownModels });

/** Answers undefined where there is no key of any provider of models. */
export function openStudio(providers: ProviderConfig, flavors: Flavors): TopicStudio | undefined {
  const { anthropic, google, openAi } = providers;
  if (!anthropic && !google && !openAi) return undefined;
  const line = { fetch, silenceSeconds: SILENCE_SECONDS };
  const llm = llmByProvider({
    anthropic: anthropic && anthropicLlm({ ...anthropic, ...line }),
    google: google && googleLlm({ ...google, ...line }),
    'openai-compatible': openAi && openAiCompatibleLlm({ ...openAi, ...line, silenceSeconds: LOCAL_SILENCE_SECONDS }),
  });
  return { flavors, models: knownModels, llm, wait: systemWait };
}

/** Of a topic: models plan its film, write its scenes and mend what fails. */
export function topicAuthors({ flavors, models, llm, wait }: TopicStudio, order: TopicOrder): Authors {
  return (reach) => {
    const { flavor, warning } = flavors.chosen(order.flavor);
    const ask = asking({ ...reach, llm, models, wait });
    const { topic, wishes, fresh } = order;
    let opened: Promise<Planner> | undefined;
    const open = async (): Promise<Planner> => {
      const image = order.image && (await imageContext(order.image, reach, reach.signal));
      return topicPlanner({ ask, flavor, topic, wishes, ...(image && { image }), formulas: reach.formulas });
    };
    // At the first call, since what is wrong with an image is a fault of its job.
    const planner = (): Promise<Planner> => (opened ??= open());
    return {
      planner: {
        async start(signal) {
          if (warning !== undefined) await reach.progress.tell({ type: 'warning', code: 'unknown_flavor', message: warning });
          return (await planner()).start(signal);
        },
        next: async (place, signal) => (await planner()).next(place, signal),
      },
      writer: llmWriter({ ask, flavor, ...(fresh !== undefined && { fresh }) }),
    };
  };
}
