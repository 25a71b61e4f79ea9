import { setTimeout as delay } from 'node:timers/promises';
import type { JWK } from 'jose';
import { LecternError } from '../../../shared/errors.ts';
import { type DataFolder, recordState } from './data-folder.ts';
import { withExclusiveLock } from './exclusive-lock.ts';
import type { StackKeys } from './keys.ts';
import { isEmptyOrDead, join, type Membership } from './membership.ts';
import { bootstrap, migrate } from './migrate.ts';
import { databaseUrl, ensurePostgres, type PostgresServer, stopPostgres } from './postgres.ts';
import { ensurePostgrest, type PostgrestServer, stopPostgrest } from './postgrest.ts';
import type { SignToken } from './tokens.ts';

export interface SupervisorSetup {
  folder: DataFolder;
  keys: StackKeys;
  publicKeys: JWK[];
  sign: SignToken;
  migrationsFolder: string;
  postgrestProgram: string | undefined;
  onTrouble: (note: string) => void;
}
export interface Servers {
  postgres: PostgresServer;
  postgrest: PostgrestServer;
}

/** Keeps Postgres and PostgREST of a data folder running for as long as we are a member. */
export interface Supervisor {
  servers: () => Servers;
  /** Looks after what runs, and starts again what does not. Calls at the same time are one. */
  mend: () => void;
  /** Leaves; the last member stops the servers. */
  leave: () => Promise<void>;
}

const MEND_RETRY_MS = 500;

/** To be called under the folder's lock, as a member: whatever does not answer is started. */
const ensureServers = async (setup: SupervisorSetup, postgres: PostgresServer, isFirst: boolean): Promise<Servers> => {
  const { folder, keys } = setup;
  if (isFirst) {
    await bootstrap(keys, postgres.port);
    await migrate(databaseUrl('postgres', { keys, port: postgres.port }), setup.migrationsFolder);
  }
  const postgrest = await ensurePostgrest(folder, {
    keys,
    publicKeys: setup.publicKeys,
    isShared: !(isFirst && postgres.startedHere),
    sign: setup.sign,
    postgresPort: postgres.port,
    program: setup.postgrestProgram,
  });
  return { postgres, postgrest };
};

/** Our membership, through the deaths of the server: a new one after each. */
const keepMembership = (keys: StackKeys, onLost: () => void) => {
  let current: { membership: Membership } | undefined;
  let lastPort: number | undefined;
  return {
    async renew(postgres: PostgresServer): Promise<void> {
      lastPort = postgres.port;
      if (postgres.startedHere) current = undefined;
      if (current !== undefined) return;
      const lost = () => {
        if (current !== mine) return;
        current = undefined;
        onLost();
      };
      const mine = { membership: await join(keys, postgres.port, lost) };
      current = mine;
    },
    async leave(): Promise<{ last: boolean }> {
      if (current !== undefined) return current.membership.leave();
      return { last: lastPort === undefined || (await isEmptyOrDead(keys, lastPort)) };
    },
  };
};

export const startSupervisor = async (setup: SupervisorSetup): Promise<Supervisor> => {
  const { folder, keys } = setup;
  let mending: Promise<void> | undefined;
  let leaving = false;
  const membership = keepMembership(keys, () => {
    if (!leaving) setup.onTrouble('The embedded Postgres has ended; it is being started again.');
    mend();
  });

  const ensure = (isFirst: boolean): Promise<Servers> =>
    withExclusiveLock(folder.lock, async () => {
      if (leaving) throw new LecternError('stack_stopped', { message: 'The stack is being stopped.', fix: 'Start it again.' });
      const postgres = await ensurePostgres(folder, keys);
      recordState(folder, { postgres: { pid: postgres.pid, port: postgres.port } });
      await membership.renew(postgres);
      return ensureServers(setup, postgres, isFirst);
    });

  const mendUntilDone = async (): Promise<void> => {
    while (!leaving) {
      try {
        servers = await ensure(false);
        return;
      } catch (error) {
        if (leaving) return;
        setup.onTrouble(`The embedded store is down and could not be started again: ${(error as Error).message}`);
        await delay(MEND_RETRY_MS);
      }
    }
  };
  const mend = (): void => {
    if (leaving) return;
    mending ??= mendUntilDone().finally(() => (mending = undefined));
  };

  const leave = async (): Promise<void> => {
    leaving = true;
    await mending;
    await withExclusiveLock(folder.lock, async () => {
      if (!(await membership.leave()).last) return;
      await stopPostgrest(folder);
      await stopPostgres(folder);
    });
  };

  let servers = await ensure(true).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  return { servers: () => servers, mend, leave };
};
