import type { JobRequest } from '../../shared/contract/request.ts';
import { openLog } from '../compose-log.ts';
import { openSpeech } from '../compose-speech.ts';
import { openStore } from '../compose-store.ts';
import { modelPrices, openFlavors } from '../compose-topic.ts';
import { readConfig, readProviderConfig, readStoreConfig } from '../config.ts';
import { filmEstimator } from '../estimates/estimator.ts';
import { estimateLines } from '../estimates/view.ts';
import { exitCodes } from '../exit-codes.ts';
import { sentLessonPlanner } from '../jobs/lesson-planner.ts';
import { exitCodeOf, tellFault } from './faults.ts';

export interface AskedEstimate {
  request: JobRequest;
  /** Of the film. */
  seconds: number | undefined;
  options: { json?: boolean; debug?: boolean };
}

/** What a film will take, before anything is spent and without a key of anybody: answers the exit status. */
export async function estimateCommand({ request, seconds, options }: AskedEstimate): Promise<number> {
  try {
    const config = readConfig();
    const log = openLog(options.debug ? 'debug' : 'silent');
    const flavors = await openFlavors(config, log);
    const opened = await openStore(config, readStoreConfig(), log);
    try {
      const estimate = filmEstimator({
        history: () => opened.store.costs.history(),
        speech: openSpeech(config, readProviderConfig()).speech,
        lessonPlanner: sentLessonPlanner,
        topics: { flavorOf: (name) => flavors.chosen(name).flavor, prices: modelPrices },
      });
      const answer = await estimate({ ...request, seconds });
      process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : `${estimateLines(answer).join('\n')}\n`);
    } finally {
      await opened.close();
    }
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'estimate', options);
    return exitCodeOf(error);
  }
}
