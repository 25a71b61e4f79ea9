import { join } from 'node:path';
import pg from 'pg';
import { scratchFolder } from '../command-line.ts';
import { type Call, caller, type Program, startProgram, startService } from '../service.ts';

const WORKER_ENVIRONMENT = { LECTERN_WORKER_SILENCE_SECONDS: '1', LECTERN_LOG_LEVEL: 'debug', LECTERN_DRAIN_SECONDS: '1' };

/** A store, a service that only accepts jobs, and workers that can be killed. */
export interface Fleet {
  call: Call;
  serviceUrl: string;
  dataFolder: string;
  /** Of the store's servers. */
  stackFolder: string;
  /** Of the store that the service and its workers share. */
  database: pg.Pool;
  databaseUrl: string;
  /** What a worker is told by its environment. */
  workerEnvironment: Record<string, string>;
  startWorker(more?: Record<string, string>): Promise<Program>;
  close(): Promise<void>;
}

/** Opens all but the workers. @param environment of services and workers alike */
export async function openFleet(environment: Record<string, string>): Promise<Fleet> {
  const data = scratchFolder();
  const stackFolder = join(data.path, 'stack');
  const stack = await startProgram(['stack'], { LECTERN_DATA: stackFolder }, 4);
  const values = Object.fromEntries(stack.lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const dataFolder = join(data.path, 'data');
  const shared = {
    ...environment,
    ...values,
    LECTERN_DATA: dataFolder,
    AUTH: 'none',
    LECTERN_RUNNING_JOBS: '1000',
    LECTERN_JOBS_AN_HOUR: '100000',
    LECTERN_REQUESTS_A_MINUTE: '100000',
    LECTERN_DAY_DOLLARS: '100000',
    LECTERN_SERVE_WORKER: 'no',
  };
  const service = await startService(shared);
  const databaseUrl = values['DATABASE_URL'] ?? '';
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  database.on('error', () => undefined);
  return {
    call: caller(service.url),
    serviceUrl: service.url,
    dataFolder,
    stackFolder,
    database,
    databaseUrl,
    workerEnvironment: { ...shared, ...WORKER_ENVIRONMENT },
    startWorker: (more = {}) => startProgram(['worker'], { ...shared, ...WORKER_ENVIRONMENT, ...more }),
    async close() {
      await database.end();
      await service.stop();
      await stack.stop();
      data.remove();
    },
  };
}

/** Calls `heard` with each event of any job as it is appended. Resolves to what ends the listening. */
export async function listenForEvents(databaseUrl: string, heard: (jobId: string, sequence: number) => void): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  client.on('notification', ({ payload = '' }) => {
    const [jobId = '', sequence] = payload.split(' ');
    heard(jobId, Number(sequence));
  });
  await client.query('listen job_events');
  return () => client.end();
}
