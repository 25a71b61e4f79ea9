import pg from 'pg';
import type { StackKeys } from './keys.ts';
import { databaseUrl } from './postgres.ts';

/** Any number that nobody else locks on this server. */
const MEMBERSHIP_LOCK = 5_732_810;

/**
 * One user of a running stack: a connection that holds the shared advisory lock for as long as it lasts. Postgres lets
 * go of it by itself when the user dies.
 */
export interface Membership {
  /** Lets go, and says whether nobody else is left. To be called under the folder's lock, where nobody can join. */
  leave: () => Promise<{ last: boolean }>;
}

const connect = async (keys: StackKeys, port: number): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: databaseUrl('supabase_admin', { keys, port }),
    application_name: 'lectern stack member',
    keepAlive: true,
  });
  client.on('error', () => undefined); // 'end' follows, and is what counts
  await client.connect();
  return client;
};

const takesAlone = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [MEMBERSHIP_LOCK]);
  return rows[0]?.alone === true;
};

/** Whether a server has no members left; nobody can be one of a server that does not answer. */
export const isEmptyOrDead = async (keys: StackKeys, port: number): Promise<boolean> => {
  const client = await connect(keys, port).catch(() => undefined);
  if (client === undefined) return true;
  try {
    return await takesAlone(client);
  } finally {
    await client.end();
  }
};

/** Joins. `onLost` is called once when the connection ends without our leaving: the server has died. */
export const join = async (keys: StackKeys, port: number, onLost: () => void): Promise<Membership> => {
  const client = await connect(keys, port);
  let leaving = false;
  client.once('end', () => {
    if (!leaving) onLost();
  });
  await client.query('select pg_advisory_lock_shared($1)', [MEMBERSHIP_LOCK]);
  return {
    async leave() {
      leaving = true;
      await client.query('select pg_advisory_unlock_shared($1)', [MEMBERSHIP_LOCK]).catch(() => undefined);
      await client.end().catch(() => undefined);
      return { last: await isEmptyOrDead(keys, port) };
    },
  };
};
