import type { Config, WatchConfig } from './config.ts';
import type { Watch } from './telemetry/port.ts';
import { scrubber } from './telemetry/scrub.ts';
import { unwatched } from './telemetry/unwatched.ts';

/** Sentry where there is somewhere to tell it to; nothing is loaded where not. */
export async function openWatch({ version }: Config, { dsn, spotlight, environment, secrets }: WatchConfig): Promise<Watch> {
  if (dsn === undefined && spotlight === undefined) return unwatched;
  const [{ sentryWatch }, { cleanEvents }] = await Promise.all([import('./telemetry/sentry/sentry-watch.ts'), import('./telemetry/sentry/clean-event.ts')]);
  return sentryWatch({ dsn, spotlight, environment, release: `lectern@${version}`, clean: cleanEvents(scrubber(secrets)) });
}
