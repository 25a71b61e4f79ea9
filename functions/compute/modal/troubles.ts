import {
  AlreadyExistsError, ClientClosedError, ConflictError, NotFoundError, ResourceExhaustedError, SandboxFilesystemError, SandboxTimeoutError, TimeoutError,
} from 'modal';
import { type ClientError, Status } from 'nice-grpc-common';

/**
 * refused: there is no room for one more sandbox. lost: the sandbox is no more. unreachable: Modal, or the way to the sandbox, does not
 * answer. token: what proved who we are has expired, or is not believed. impossible: asking again would change nothing.
 */
export type TroubleKind = 'refused' | 'lost' | 'unreachable' | 'token' | 'impossible';

/** What stood in the way of a sandbox: never the scene's doing. */
export class Trouble extends Error {
  readonly kind: TroubleKind;
  /** Where there was a sandbox already. */
  sandboxId: string | undefined;

  constructor(kind: TroubleKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Trouble';
    this.kind = kind;
  }

  /** The same trouble, of this sandbox. */
  in(sandboxId: string): this {
    this.sandboxId = sandboxId;
    return this;
  }
}

const kindOfStatus: Partial<Record<Status, TroubleKind>> = {
  [Status.RESOURCE_EXHAUSTED]: 'refused',
  [Status.NOT_FOUND]: 'lost',
  [Status.FAILED_PRECONDITION]: 'lost',
  [Status.UNAUTHENTICATED]: 'token',
  [Status.INVALID_ARGUMENT]: 'impossible',
  [Status.PERMISSION_DENIED]: 'impossible',
  [Status.UNIMPLEMENTED]: 'impossible',
};

const words: Record<TroubleKind, string> = {
  refused: 'Modal has no room for one more sandbox.',
  lost: 'The sandbox is no more.',
  unreachable: 'Modal does not answer.',
  token: 'Modal does not believe the token.',
  impossible: 'Modal refuses what it was asked for.',
};

/** What an error of the SDK means. Anything else is thrown again: it is a fault of ours. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  const kind = kindOf(error);
  if (kind === undefined) throw error;
  return new Trouble(kind, `${words[kind]} ${statusOf(error)}`.trim(), error);
}

function kindOf(error: unknown): TroubleKind | undefined {
  if (isClientError(error)) return kindOfStatus[error.code] ?? 'unreachable';
  if (error instanceof ResourceExhaustedError) return 'refused';
  if (error instanceof NotFoundError || error instanceof ConflictError || error instanceof SandboxTimeoutError || error instanceof AlreadyExistsError) return 'lost';
  if (error instanceof TimeoutError || error instanceof SandboxFilesystemError || error instanceof ClientClosedError) return 'unreachable';
  // The SDK has no class of its own for this.
  return error instanceof Error && error.message.startsWith('Deadline exceeded') ? 'unreachable' : undefined;
}

/** The SDK brings a copy of the class along that need not be ours. */
const isClientError = (error: unknown): error is ClientError => error instanceof Error && error.name === 'ClientError' && 'code' in error;

const statusOf = (error: unknown): string => (isClientError(error) ? `(${Status[error.code]})` : '');
