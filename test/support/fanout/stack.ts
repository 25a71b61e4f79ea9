import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { StackKeys } from '../../../functions/store/embedded/keys.ts';
import { stackOf } from '../service.ts';

/** An embedded store whose Postgres counts the statements that it runs. */
export interface CountingStack {
  database: pg.Pool;
  /** Statements so far, of everybody but who counts. */
  statements: () => Promise<number>;
  leave: () => Promise<void>;
}

const COUNTER = 'pg_stat_statements';

/** Where a data folder's store is not running yet. */
export async function countingStack(environment: Record<string, string> & { LECTERN_DATA: string }): Promise<CountingStack> {
  const first = await stackOf(environment);
  const preparing = adminOf(environment, first.values);
  // It counts where it has been loaded when the server starts.
  await preparing.query(`alter system set shared_preload_libraries = '${COUNTER}'`);
  await preparing.query(`alter system set ${COUNTER}.max = 10000`);
  await preparing.end();
  await first.leave();

  const { values, leave } = await stackOf(environment);
  const database = adminOf(environment, values);
  await database.query(`create extension if not exists ${COUNTER}`);
  return {
    database,
    async statements() {
      const { rows } = await database.query<{ calls: string }>(`select sum(calls) as calls from ${COUNTER} where userid <> (select oid from pg_roles where rolname = current_user)`);
      return Number(rows[0]?.calls);
    },
    async leave() {
      await database.end();
      await leave();
      // The last to leave stops the server, and its port is free a moment later.
      await delay(100);
    },
  };
}

function adminOf({ LECTERN_DATA: dataFolder }: { LECTERN_DATA: string }, { DATABASE_URL: url = '' }: Record<string, string>): pg.Pool {
  const { passwords } = JSON.parse(readFileSync(join(dataFolder, 'store/keys.json'), 'utf8')) as StackKeys;
  const address = new URL(url);
  return new pg.Pool({ host: address.hostname, port: Number(address.port), database: 'postgres', user: 'supabase_admin', password: passwords.supabase_admin, max: 2 });
}
