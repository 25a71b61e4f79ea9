import { type Context, Hono } from 'hono';
import type { CallerOf } from '../callers.ts';
import type { VerifyToken } from '../tokens.ts';
import { bucketRoutes } from './buckets.ts';
import { changeRoutes, plainRemoveRoutes } from './change.ts';
import { openObjectFiles } from './files.ts';
import { listRoutes } from './list.ts';
import type { StorageParts } from './parts.ts';
import { plainReadRoutes, readRoutes } from './read.ts';
import { resumableUploads } from './resumable.ts';
import { signRoutes } from './sign.ts';
import { denied, errorBody, invalidToken, StorageError, wrongKey } from './storage-error.ts';
import { sweepFiles } from './sweep.ts';
import { type Claims, openTransactions } from './transactions.ts';
import { uploadRoutes } from './upload.ts';
import { urlTokens } from './url-tokens.ts';

export interface StorageSetup {
  /** Folder of the files: ours alone. */
  root: string;
  databaseUrl: () => string;
  callerOf: CallerOf;
  verify: VerifyToken;
  urlSigningKey: Uint8Array;
  /** Called when the database went away under a request. */
  onLost: () => void;
  onTrouble: (note: string) => void;
}
export interface Storage {
  /** To be mounted at /storage/v1. */
  routes: Hono;
  /** Removes what crashes have left behind; answers how many files went. */
  sweep: (now: number) => Promise<number>;
  close: () => Promise<void>;
}

const ROLES = ['anon', 'authenticated', 'service_role'] as const;

const claimsReader =
  (callerOf: CallerOf, verify: VerifyToken) =>
  async (context: Context): Promise<Claims> => {
    const caller = callerOf(context);
    if (caller.kind === 'wrong-key') throw wrongKey();
    if (caller.kind === 'anonymous') return { role: 'anon' };
    const payload = await verify(caller.token).catch((error: Error) => {
      throw invalidToken(error.message);
    });
    const role = ROLES.find((known) => known === (payload['role'] ?? 'anon'));
    if (role === undefined) throw denied('role not allowed');
    const { sub, ...rest } = payload;
    return { ...rest, role, ...(sub === undefined ? {} : { sub }) };
  };

/** The Supabase Storage HTTP API over Postgres (storage.buckets and storage.objects, under row level security) and local files. */
export const openStorage = async (setup: StorageSetup): Promise<Storage> => {
  const parts: StorageParts = {
    transactions: openTransactions(setup.databaseUrl, setup.onLost),
    files: await openObjectFiles(setup.root),
    urlTokens: urlTokens(setup.urlSigningKey),
    claimsOf: claimsReader(setup.callerOf, setup.verify),
  };
  const resumable = resumableUploads(parts);
  const routes = new Hono();
  routes.onError((error, context) => {
    // What is left of a body that nobody will read must not be taken for the next request.
    if (context.req.raw.body !== null) context.header('connection', 'close');
    if (!(error instanceof StorageError)) {
      setup.onTrouble(`A storage request failed: ${error.message}`);
      return context.json({ statusCode: '500', error: 'Internal', message: 'Internal Server Error', code: 'InternalError' }, 500);
    }
    const status = error.status === 503 || error.status === 401 ? error.status : 400;
    return context.json(errorBody(error), status);
  });
  const specific = [bucketRoutes(parts), readRoutes(parts), signRoutes(parts), listRoutes(parts), changeRoutes(parts)];
  const plain = [uploadRoutes(parts), plainReadRoutes(parts), plainRemoveRoutes(parts)];
  for (const group of [...specific, resumable.routes, ...plain]) routes.route('/', group);
  return {
    routes,
    sweep: async (now) => (await sweepFiles(parts, now)) + (await resumable.sweep()),
    close: () => parts.transactions.close(),
  };
};
