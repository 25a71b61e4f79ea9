import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../../support/jobs.ts';
import { isRunning, recordedServers, startStackChild, until } from '../../support/stack-child.ts';
import { clientsOf, copyOf, dataFolder, startTestStack } from '../../support/supabase.ts';
import type { Stack } from '../../../functions/store/embedded/stack.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const freshFolder = (): string => {
  const folder = dataFolder();
  cleanUps.push(folder.remove);
  return folder.path;
};
const original = dataFolder();
beforeAll(async () => {
  await (await startTestStack(original.path)).stop();
});
afterAll(() => original.remove());
const usedFolder = (): string => {
  const folder = copyOf(original.path);
  cleanUps.push(folder.remove);
  return folder.path;
};
const start = async (folder: string, options = {}): Promise<Stack> => {
  const stack = await startTestStack(folder, options);
  cleanUps.push(() => stack.stop());
  return stack;
};
const child = async (folder: string) => {
  const started = await startStackChild(folder);
  cleanUps.push(() => {
    started.process.kill('SIGKILL');
    return started.ended;
  });
  return started;
};
const clients = (stack: Stack) => clientsOf({ ...stack, close: () => stack.stop() });

describe('a data folder', () => {
  it('keeps rows, keys and address from one start to the next, and stops when left', async () => {
    const folder = freshFolder();
    const first = await startTestStack(folder);
    dataOf(await clients(first).service.rpc('ensure_user', { p_subject: 'kept' }));
    const servers = recordedServers(folder);
    await first.stop();
    expect([isRunning(servers.postgres.pid), isRunning(servers.postgrest.pid)]).toEqual([false, false]);
    const second = await start(folder);
    expect([second.url, second.secretKey]).toEqual([first.url, first.secretKey]);
    expect(dataOf(await clients(second).service.from('users').select('subject'))).toEqual([{ subject: 'kept' }]);
  });

  it('is shared by processes, and stopped by the last of them', async () => {
    const folder = usedFolder();
    const stack = await startTestStack(folder);
    const servers = recordedServers(folder);
    const other = await child(folder);
    expect(recordedServers(folder)).toMatchObject({ postgres: servers.postgres, postgrest: servers.postgrest });
    dataOf(await clients(stack).service.rpc('ensure_user', { p_subject: 'both' }));
    expect(dataOf(await other.service.from('users').select('subject'))).toEqual([{ subject: 'both' }]);
    await stack.stop();
    expect([isRunning(servers.postgres.pid), isRunning(servers.postgrest.pid)]).toEqual([true, true]);
    expect((await other.service.from('users').select('subject')).error).toBeNull();
    other.process.kill('SIGTERM');
    await other.ended;
    expect([isRunning(servers.postgres.pid), isRunning(servers.postgrest.pid)]).toEqual([false, false]);
  });

  it('whose only process was killed has its servers adopted, and then stopped', async () => {
    const folder = usedFolder();
    const killed = await child(folder);
    dataOf(await killed.service.rpc('ensure_user', { p_subject: 'before' }));
    killed.process.kill('SIGKILL');
    await killed.ended;
    const orphans = recordedServers(folder);
    expect([isRunning(orphans.postgres.pid), isRunning(orphans.postgrest.pid)]).toEqual([true, true]);
    const stack = await startTestStack(folder);
    expect(recordedServers(folder)).toMatchObject({ postgres: orphans.postgres, postgrest: orphans.postgrest });
    expect(dataOf(await clients(stack).service.from('users').select('subject'))).toEqual([{ subject: 'before' }]);
    await stack.stop();
    expect([isRunning(orphans.postgres.pid), isRunning(orphans.postgrest.pid)]).toEqual([false, false]);
  });

  it('gets one Postgres and one PostgREST when many start on it at once', async () => {
    const folder = freshFolder();
    const stacks = await Promise.all(Array.from({ length: 5 }, () => start(folder)));
    const answers = await Promise.all(stacks.map((stack) => clients(stack).service.rpc('ensure_user', { p_subject: 'one' })));
    expect(new Set(answers.map(dataOf)).size).toBe(1);
    expect(new Set(stacks.map((stack) => stack.databaseUrl)).size).toBe(1);
    expect(new Set(stacks.map((stack) => stack.url)).size).toBe(5);
  });

  it('starts beside somebody else on its ports, and with its notes destroyed', async () => {
    const folder = usedFolder();
    const first = await startTestStack(folder);
    const servers = recordedServers(folder);
    await first.stop();
    const squatters = [servers.postgres.port, servers.postgrest.port, servers.gateway.port].map((port) => createServer().listen(port, '127.0.0.1'));
    cleanUps.push(() => squatters.forEach((squatter) => squatter.close()));
    const second = await startTestStack(folder);
    expect((await clients(second).service.from('users').select('id')).error).toBeNull();
    await second.stop();
    writeFileSync(join(folder, 'stack.json'), '{"postgres": nonsense');
    const third = await start(folder);
    expect((await clients(third).service.from('users').select('id')).error).toBeNull();
  });

  it('mends itself when Postgres or PostgREST is killed under it', async () => {
    const folder = usedFolder();
    const notes: string[] = [];
    const stack = await start(folder, { onTrouble: (note: string) => notes.push(note) });
    const { service } = clients(stack);
    const works = async () => (await service.from('users').select('id').retry(false)).error === null;
    for (const name of ['postgres', 'postgrest'] as const) {
      process.kill(recordedServers(folder)[name].pid, 'SIGKILL');
      await until(works);
      expect((await service.storage.from('films').list()).error).toBeNull();
    }
    expect(notes.length).toBeGreaterThan(0);
  });

  it('below a home that is private says what to do, when Postgres has an account of its own', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lectern-home-'));
    cleanUps.push(() => rmSync(home, { recursive: true, force: true }));
    const folder = join(home, 'data');
    mkdirSync(folder);
    const outcome = startTestStack(folder).then(
      async (stack) => stack.stop().then(() => 'started'),
      (error: { code: string }) => error.code,
    );
    expect(await outcome).toBe(process.getuid?.() === 0 ? 'data_folder_unreachable' : 'started');
  });
});

describe('nothing that a stack runs', () => {
  const listening = (): { address: string; port: number }[] =>
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === '0A')
        .map((fields) => {
          const [address = '', port = ''] = (fields[1] ?? '').split(':');
          return { address, port: parseInt(port, 16) };
        }),
    );

  it('listens beyond loopback, shows a password among its arguments, or a secret to other users', async () => {
    const folder = usedFolder();
    const stack = await start(folder);
    const { postgres, postgrest, gateway } = recordedServers(folder);
    const ports = [postgres.port, postgrest.port, postgrest.adminPort, gateway.port];
    const open = listening().filter((socket) => ports.includes(socket.port));
    expect(open).toHaveLength(4);
    expect(new Set(open.map((socket) => socket.address))).toEqual(new Set(['0100007F']));

    const secrets = readFileSync(join(folder, 'keys.json'), 'utf8').match(/[\w-]{30,}/g) ?? [];
    expect(secrets.length).toBeGreaterThan(8);
    for (const { pid } of [postgres, postgrest]) {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      expect(secrets.filter((secret) => words.includes(secret))).toEqual([]);
    }
    const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
    expect(['keys.json', 'stack.json', 'files', 'postgres', 'logs'].map(mode)).toEqual(['600', '600', '700', '700', '700']);
    expect(readFileSync(join(folder, 'jwks.json'), 'utf8')).not.toMatch(/"(d|p|q|k)":/);
    expect(stack.publicKeys.every((key) => key.d === undefined)).toBe(true);
  });

  it('is a superuser, but for the one connection of each member', async () => {
    const stack = await start(usedFolder());
    await clients(stack).service.storage.listBuckets();
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    await client.connect();
    cleanUps.push(() => client.end());
    const superusers = await client.query<{ application_name: string }>(
      `select application_name from pg_stat_activity join pg_roles on rolname = usename where rolsuper and datname is not null`,
    );
    expect(superusers.rows).toEqual([{ application_name: 'lectern stack member' }]);
    const self = await client.query<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = current_user');
    expect(self.rows).toEqual([{ rolsuper: false }]);
  });
});

describe('a start', () => {
  it('does not undo what was revoked, in our schema and in Storage', async () => {
    const folder = usedFolder();
    const first = await startTestStack(folder);
    const client = new pg.Client({ connectionString: first.databaseUrl });
    await client.connect();
    await client.query('revoke delete on storage.objects from authenticated; revoke select on public.takes from authenticated');
    await client.end();
    await first.stop();
    const second = await start(folder);
    const again = new pg.Client({ connectionString: second.databaseUrl });
    await again.connect();
    cleanUps.push(() => again.end());
    const { rows } = await again.query(
      `select has_table_privilege('authenticated', 'storage.objects', 'delete') as storage,
        has_table_privilege('authenticated', 'public.takes', 'select') as takes`,
    );
    expect(rows).toEqual([{ storage: false, takes: false }]);
  });

  it('names a migration that fails, and leaves nothing of it', async () => {
    const folder = freshFolder();
    const migrations = freshFolder();
    writeFileSync(join(migrations, '20260101000000_good.sql'), 'create table public.users (id int)');
    writeFileSync(join(migrations, '20260101000001_bad.sql'), 'create table public.half (id int); select nonsense');
    const failure = await startTestStack(folder, { migrationsFolder: migrations }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'migration_failed' });
    expect((failure as Error).message).toContain('20260101000001_bad');
    expect(isRunning(recordedServers(folder).postgres.pid)).toBe(false);
  });

  it('believes the tokens of outside issuers that it is told of, and keeps to them for all members', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const key = { ...(await exportJWK(publicKey)), kid: 'outside', alg: 'RS256', use: 'sig' };
    const token = await new SignJWT({ role: 'authenticated', sub: 'user_2abc' })
      .setProtectedHeader({ alg: 'RS256', kid: 'outside' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const folder = usedFolder();
    const plain = await start(folder);
    const read = (stack: Stack) => clients(stack).withToken(token).from('users').select('subject').retry(false);
    expect((await read(plain)).status).toBe(401);
    const trusting = await start(folder, { trustedKeys: [key] });
    dataOf(await clients(trusting).service.rpc('ensure_user', { p_subject: 'user_2abc' }));
    await until(async () => (await read(trusting)).status === 200);
    expect((await read(trusting)).data).toEqual([{ subject: 'user_2abc' }]);
    expect((await clients(trusting).withToken(token).storage.from('films').list()).error).toBeNull();
    await start(folder);
    expect((await read(trusting)).status).toBe(200);
  });
});
