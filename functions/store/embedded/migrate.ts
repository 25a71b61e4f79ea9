import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { LecternError } from '../../../shared/errors.ts';
import type { StackKeys } from './keys.ts';
import { databaseUrl } from './postgres.ts';

const BOOTSTRAP = new URL('./bootstrap.sql', import.meta.url);
const MIGRATION_NAME = /^(\d+)_(.+)\.sql$/;

const withClient = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** Makes a plain Postgres look like a new Supabase project. Safe to repeat: it undoes nothing that migrations did. */
export const bootstrap = (keys: StackKeys, port: number): Promise<void> =>
  withClient(databaseUrl('supabase_admin', { keys, port }), async (client) => {
    await client.query(readFileSync(BOOTSTRAP, 'utf8'));
    for (const role of ['postgres', 'authenticator'] as const) {
      // base64url, made by us: there is nothing to escape
      await client.query(`alter role ${role} password '${keys.passwords[role]}'`);
    }
  });

const applyOne = async (client: pg.Client, migration: { version: string; name: string; sql: string }): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      [migration.sql],
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new LecternError('migration_failed', {
      message: `Migration ${migration.version}_${migration.name} failed: ${(error as Error).message}`,
      fix: 'The database stands as it was before this migration; mend the file and start again.',
      cause: error,
    });
  }
};

/**
 * Applies the migrations of a folder, `<version>_<name>.sql`, each once and each in a transaction of its own, as the
 * same role and into the same table as the official command line does.
 * @returns the files applied now
 * @throws LecternError `migration_failed`
 */
export const migrate = async (url: string, folder: string): Promise<string[]> => {
  const applied: string[] = [];
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ version: string }>('select version from supabase_migrations.schema_migrations');
    const done = new Set(rows.map((row) => row.version));
    for (const file of readdirSync(folder).sort()) {
      const [, version, name] = MIGRATION_NAME.exec(file) ?? [];
      if (version === undefined || name === undefined || done.has(version)) continue;
      await applyOne(client, { version, name, sql: readFileSync(join(folder, file), 'utf8') });
      applied.push(file);
    }
    if (applied.length > 0) await client.query(`notify pgrst, 'reload schema'`);
  });
  return applied;
};
