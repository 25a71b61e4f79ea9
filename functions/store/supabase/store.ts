import { z } from 'zod';
import type { Store } from '../port.ts';
import { answerOf } from './answers.ts';
import { supabaseErrorLogs } from './error-logs.ts';
import { supabaseEvents } from './events.ts';
import { type StorageAccess, supabaseFiles } from './files.ts';
import { supabaseFilms, supabaseShares } from './films.ts';
import { supabaseJobs, supabaseRates, supabaseUsers } from './jobs.ts';
import { supabaseCosts } from './costs.ts';
import { supabaseFailures } from './failures.ts';
import { supabaseHousekeeping } from './housekeeping.ts';
import { supabaseSandboxes } from './sandboxes.ts';
import { supabaseSections } from './sections.ts';

const READY_TIMEOUT_MS = 3000;

/**
 * The store on Supabase, hosted or embedded alike.
 * @param access a client made with the project's secret key; URL and key again, for resumable uploads
 */
export const supabaseStore = (access: StorageAccess): Store => {
  const { client } = access;
  return {
    users: supabaseUsers(client),
    jobs: supabaseJobs(client),
    events: supabaseEvents(client),
    films: supabaseFilms(client),
    shares: supabaseShares(client),
    files: supabaseFiles(access),
    costs: supabaseCosts(client),
    sections: supabaseSections(client),
    errorLogs: supabaseErrorLogs(client),
    failures: supabaseFailures(client),
    rates: supabaseRates(client),
    housekeeping: supabaseHousekeeping(client),
    sandboxes: supabaseSandboxes(client),
    isReady: () =>
      answerOf(
        client.from('users').select('id').limit(1).retry(false).abortSignal(AbortSignal.timeout(READY_TIMEOUT_MS)),
        z.array(z.unknown()),
      ).then(
        () => true,
        () => false,
      ),
  };
};
