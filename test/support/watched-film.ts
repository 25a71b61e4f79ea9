import { randomUUID } from 'node:crypto';
import { stdSerializers } from 'pino';
import { logEvents } from '../../functions/jobs/log-events.ts';
import { watchedRecords, watchEvents } from '../../functions/jobs/watched.ts';
import { pinoLog } from '../../functions/telemetry/pino.ts';
import type { Log, Watch } from '../../functions/telemetry/port.ts';
import { type Scrub, scrubber, type ToldError } from '../../functions/telemetry/scrub.ts';
import { type CleanEvent, cleanEvents } from '../../functions/telemetry/sentry/clean-event.ts';
import { sentryWatch } from '../../functions/telemetry/sentry/sentry-watch.ts';
import { watchedLog } from '../../functions/telemetry/watched-log.ts';
import { isForeseen } from '../../shared/errors.ts';
import type { FilmChanges } from './fault-studio.ts';
import { plantedKeys } from './plants.ts';
import { type SentryServer, startSentryServer } from './sentry-server.ts';

/** Everything that leaves the process for whoever runs it. */
export interface Watched {
  sentry: SentryServer;
  watch: Watch;
  log: Log;
  /** The lines of the log. */
  logged: () => string;
  close: () => Promise<void>;
}

/** Lets everything through: it shows that what is looked for would be found. */
const unscrubbed: { scrub: Scrub; clean: CleanEvent } = {
  scrub: { text: (text) => text, name: (text) => text, message: ({ message }) => message, error: (error) => stdSerializers.errWithCause(error as Error) as unknown as ToldError, scene: (code) => code },
  clean: (event) => event,
};

/** Sentry and the log as a service has them; without scrubbing on wish. */
export async function openWatched({ scrubbing }: { scrubbing: boolean }): Promise<Watched> {
  const sentry = await startSentryServer();
  const { claude, elevenLabs, store, database } = plantedKeys;
  const scrub = scrubbing ? scrubber([claude, elevenLabs, store, database, sentry.dsn]) : unscrubbed.scrub;
  const clean = scrubbing ? cleanEvents(scrub) : unscrubbed.clean;
  const watch = sentryWatch({ dsn: sentry.dsn, spotlight: undefined, release: 'lectern@0.0.0', environment: 'test', clean });
  let logged = '';
  const log = watchedLog(pinoLog('debug', scrub, (line) => (logged += line)), watch);
  return { sentry, watch, log, logged: () => logged, close: () => watch.close().then(() => sentry.close()) };
}

/** A film that is watched and logged as a service does it with its jobs. */
export function watchedFilm({ watch, log }: Watched, changes: FilmChanges = {}): FilmChanges {
  const jobId = changes.jobId ?? randomUUID();
  const watched = watch.job({ job: jobId, user: 'ada' });
  const [written, told] = [logEvents(log.with({ job: jobId })), watchEvents(watched)];
  return {
    ...changes,
    jobId,
    listen: (event) => [written, told].forEach((tell) => tell(event)),
    outlets(usual) {
      const outlets = changes.outlets?.(usual) ?? usual;
      return { ...outlets, records: watchedRecords(outlets.records, watched) };
    },
    around: (work) =>
      watched.run(async () => {
        const ended = await work();
        if (ended.error !== undefined) log.with({ job: jobId })[isForeseen(ended.error) ? 'warn' : 'error']({ error: ended.error }, 'The film could not be made.');
        return ended;
      }),
  };
}
