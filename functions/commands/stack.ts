import { openLog } from '../compose-log.ts';
import { openStack } from '../compose-store.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { stopSignal } from './serve.ts';

/** `lectern stack`: runs the embedded store until it is told to stop, and says how to reach it, as lines for an environment. */
export async function stackCommand({ debug }: { debug?: boolean }): Promise<number> {
  try {
    const stopped = stopSignal();
    const stack = await openStack(readConfig(), readStoreConfig(), openLog('warn'));
    const { url, publishableKey, secretKey, databaseUrl } = stack;
    const lines = { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey, SUPABASE_SECRET_KEY: secretKey, DATABASE_URL: databaseUrl };
    process.stdout.write(Object.entries(lines).map(([name, value]) => `${name}=${value}\n`).join(''));
    await stopped;
    await stack.stop();
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'stack', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
