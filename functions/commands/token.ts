import { signToken } from '../compose-store.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';

export interface TokenOptions {
  user: string;
  /** Seconds. */
  expires: number;
  debug?: boolean;
}

/** `lectern token`: a token of the embedded store for a user, and nothing else, on standard output. */
export async function tokenCommand({ user, expires, debug }: TokenOptions): Promise<number> {
  try {
    process.stdout.write(`${await signToken(readConfig(), readStoreConfig(), { subject: user, expiresInSeconds: expires })}\n`);
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'token', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
