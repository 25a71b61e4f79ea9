import type { Breadcrumb, ErrorEvent, EventHint, Exception, StackFrame } from '@sentry/node';
import { LecternError } from '../../../shared/errors.ts';
import { KEPT_BACK, type Scrub } from '../scrub.ts';

/** Makes of what the SDK has gathered what may be sent. */
export type CleanEvent = (event: ErrorEvent, hint: EventHint) => ErrorEvent | null;

type Facts = Record<string, unknown>;

/** Of these the kind and the version help; the rest tells of the machine and its user. */
const CONTEXTS = ['runtime', 'os', 'trace'];
const OURS = /^.*\/((?:functions|shared|node_modules)\/.*)$/;

/**
 * Lets through what is known to quote nothing, and nothing else: what a later version of the SDK gathers besides stays here until
 * somebody has looked at it.
 */
export function cleanEvents(scrub: Scrub): CleanEvent {
  const facts = (given: Facts | undefined): Facts =>
    Object.fromEntries(
      Object.entries(given ?? {})
        .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
        .map(([name, value]) => [scrub.name(name), typeof value === 'string' ? scrub.name(value) : value]),
    );
  const frame = ({ filename, function: named, lineno, colno, in_app: inApp }: StackFrame): StackFrame => ({
    filename: scrub.name(filename?.replace(OURS, '$1') ?? ''),
    function: scrub.text(named ?? '?'),
    ...(lineno !== undefined && { lineno }),
    ...(colno !== undefined && { colno }),
    ...(inApp !== undefined && { in_app: inApp }),
  });
  const exception = ({ type, value, mechanism, stacktrace }: Exception, code: string | undefined): Exception => ({
    type: scrub.name(type ?? 'Error'),
    value: scrub.message({ code, message: value ?? '' }) ?? code ?? KEPT_BACK,
    ...(mechanism && { mechanism: { type: mechanism.type, handled: mechanism.handled ?? true } }),
    ...(stacktrace && { stacktrace: { frames: (stacktrace.frames ?? []).map(frame) } }),
  });
  const breadcrumb = ({ category, level, timestamp, data }: Breadcrumb): Breadcrumb => ({
    category: scrub.name(category ?? ''),
    ...(level && { level }),
    ...(timestamp !== undefined && { timestamp }),
    data: facts(data),
  });
  return (event, hint) => {
    for (const attachment of hint.attachments ?? []) {
      attachment.data = typeof attachment.data === 'string' ? scrub.scene(attachment.data) : KEPT_BACK;
    }
    const { event_id: id, timestamp, level, platform, release, environment, sdk, tags, user, fingerprint, breadcrumbs, contexts, extra } = event;
    const codes = codesOf(hint.originalException);
    // A scene names its errors as it likes, by a code of Lectern's, too.
    const foreseen = fingerprint?.[0] === 'scene' ? undefined : fingerprint?.[1];
    // The SDK puts causes first.
    const values = event.exception?.values ?? [];
    return {
      type: undefined,
      ...(id !== undefined && { event_id: id }),
      ...(timestamp !== undefined && { timestamp }),
      ...(level && { level }),
      ...(platform !== undefined && { platform }),
      ...(release !== undefined && { release: scrub.name(release) }),
      ...(environment !== undefined && { environment: scrub.name(environment) }),
      ...(sdk && { sdk }),
      tags: facts(tags) as NonNullable<ErrorEvent['tags']>,
      ...(user?.id !== undefined && { user: { id: scrub.name(String(user.id)) } }),
      ...(fingerprint && { fingerprint: fingerprint.map(scrub.name) }),
      exception: { values: values.map((value, index) => exception(value, codes[values.length - 1 - index] ?? foreseen)) },
      breadcrumbs: (breadcrumbs ?? []).map(breadcrumb),
      contexts: Object.fromEntries(CONTEXTS.flatMap((name) => (contexts?.[name] ? [[name, facts(contexts[name])]] : []))),
      extra: facts(extra),
    };
  };
}

/** The codes of an error and of its causes, from the outermost on; undefined for those that are not Lectern's. */
function codesOf(error: unknown): (string | undefined)[] {
  if (!(error instanceof Error)) return [];
  return [error instanceof LecternError ? error.code : undefined, ...codesOf(error.cause)];
}
