import * as Sentry from '@sentry/node';
import type { JobWatch, Watch, WatchedFailure } from '../port.ts';
import type { CleanEvent } from './clean-event.ts';

export interface SentryParts {
  /** Where events go; undefined where only Spotlight shows them. */
  dsn: string | undefined;
  /** Address of a Spotlight on the developer's machine. */
  spotlight: string | undefined;
  release: string;
  environment: string;
  clean: CleanEvent;
}

const FLUSH_MS = 2000;
const STEPS_KEPT = 100;

/**
 * Sentry, for failures alone. It gathers nothing by itself: no request, header, query, console line, local variable or call of a model,
 * and whatever is told passes `clean`.
 */
export function sentryWatch(parts: SentryParts): Watch {
  const client = Sentry.initWithoutDefaultIntegrations(optionsOf(parts));
  return {
    job: (tags) => jobWatch(tags),
    unexpected(error, facts) {
      Sentry.withScope((scope) => {
        scope.setTags(facts);
        Sentry.captureException(error);
      });
    },
    close: async () => void (await client?.close(FLUSH_MS)),
  };
}

const optionsOf = ({ dsn, spotlight, release, environment, clean }: SentryParts): Sentry.NodeOptions => ({
  ...(dsn !== undefined && { dsn }),
  spotlight: spotlight ?? false,
  release,
  environment,
  maxBreadcrumbs: STEPS_KEPT,
  // Without the one that leaves out what equals the last: the same failure in another job is another.
  integrations: [
    Sentry.functionToStringIntegration(),
    Sentry.linkedErrorsIntegration(),
    Sentry.nodeContextIntegration({ app: false, device: false, culture: false, cloudResource: false }),
    Sentry.onUncaughtExceptionIntegration(),
    Sentry.onUnhandledRejectionIntegration({ mode: 'strict' }),
  ],
  includeServerName: false,
  includeLocalVariables: false,
  enableRuntimeChannelInjection: false,
  sendClientReports: false,
  tracesSampleRate: 0,
  // All of it is off already, since nothing is there that gathers it: an integration that somebody adds gathers none of it either.
  dataCollection: {
    userInfo: false,
    cookies: false,
    httpHeaders: false,
    httpBodies: [],
    urlQueryParams: false,
    genAI: { inputs: false, outputs: false },
    mcp: { inputs: false, outputs: false },
    databaseQueryData: false,
    queues: false,
    stackFrameVariables: false,
  },
  beforeSend: clean,
  traceLifecycle: 'static',
  beforeSendTransaction: () => null,
});

/** A job in an isolation scope of its own, which is named with each thing told: a listener may be called from anywhere. */
function jobWatch({ job, user }: { job: string; user: string }): JobWatch {
  const scope = new Sentry.Scope();
  scope.setTags({ job, user });
  scope.setUser({ id: user });
  return {
    run: (work) => Sentry.withIsolationScope(scope, work),
    step({ name, level = 'info', facts }) {
      scope.addBreadcrumb({ category: name, level, data: facts }, STEPS_KEPT);
    },
    failure: (failure) => Sentry.withIsolationScope(scope, () => Sentry.withScope((own) => capture(failure, own))),
  };
}

function capture({ of, errorClass, message, stage, section, facts = {}, sceneCode }: WatchedFailure, scope: Sentry.Scope): void {
  scope.setTags({ stage, section, error_class: errorClass });
  scope.setFingerprint([of, errorClass]);
  if (sceneCode !== undefined) scope.addAttachment({ filename: 'scene.py', data: sceneCode, contentType: 'text/x-python' });
  Sentry.captureEvent({ level: of === 'job' ? 'error' : 'warning', exception: { values: [{ type: errorClass, value: message }] }, extra: facts });
}
