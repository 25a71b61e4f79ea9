import { openLog } from '../compose-log.ts';
import { composeWorker } from '../compose-service.ts';
import { openWatch } from '../compose-watch.ts';
import { readConfig, readProviderConfig, readServiceConfig, readStoreConfig, readWatchConfig, readWorkerConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { stopSignal } from './serve.ts';

/** `lectern worker`: runs jobs until it is told to stop; answers the exit status, once it has come to rest. */
export async function workerCommand({ debug }: { debug?: boolean }): Promise<number> {
  try {
    const stopped = stopSignal();
    const config = readConfig();
    const { logLevel, drainSeconds } = readServiceConfig();
    const watching = readWatchConfig();
    const watch = await openWatch(config, watching);
    const log = openLog(logLevel, watch);
    try {
      const working = await composeWorker({ config, store: readStoreConfig(), providers: readProviderConfig(), worker: readWorkerConfig(config), log, watch, secrets: watching.secrets });
      process.stdout.write('This worker takes jobs.\n');
      log.info({ signal: await stopped }, 'The worker is being stopped.');
      await working.leave(drainSeconds * 1000);
      log.info({}, 'The worker has stopped.');
    } finally {
      await watch.close();
    }
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'worker', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
