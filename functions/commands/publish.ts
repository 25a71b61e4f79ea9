import { openLog } from '../compose-log.ts';
import { openOutbox, publishWaiting } from '../compose-publish.ts';
import { openStore } from '../compose-store.ts';
import { publicUrlOf, readConfig, readServiceConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';

/** `lectern publish [JOB]`: publishes a film that waits on this host, or, with no job named, says which ones do. */
export async function publishCommand(jobId: string | undefined, { debug }: { debug?: boolean }): Promise<number> {
  try {
    const config = readConfig();
    const outbox = openOutbox(config);
    if (jobId === undefined) return await tellWaiting(await outbox.list());
    const opened = await openStore(config, readStoreConfig(), openLog(debug ? 'info' : 'silent'));
    try {
      const publishing = { store: opened.store, outbox, publicUrl: publicUrlOf(readServiceConfig()) };
      process.stdout.write(`${await publishWaiting(publishing, jobId, new AbortController().signal)}\n`);
    } finally {
      await opened.close();
    }
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'publish', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}

async function tellWaiting(jobIds: string[]): Promise<number> {
  if (jobIds.length === 0) process.stderr.write('No film waits to be published.\n');
  for (const jobId of jobIds) process.stdout.write(`${jobId}\n`);
  return exitCodes.whole;
}
