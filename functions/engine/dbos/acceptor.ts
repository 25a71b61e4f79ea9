import { DBOS, DBOSClient, type DBOSConfig } from '@dbos-inc/dbos-sdk';
import { acceptedAt, APPLICATION, FLOW, type FlowCall, JOBS, VERSION } from './call.ts';
import { type EngineLog, quietly } from './log.ts';
import { enginePool } from './pool.ts';
import { makingTables } from './tables.ts';

/** Puts jobs into the queue, for whichever worker, and takes them out again. */
export interface Acceptor {
  /** The job stands in the queue once it resolves; one that stands there already stays as it is. */
  accept(job: { jobId: string; flow: string; publicUrl: string }): Promise<void>;
  /** The job and everything under way of it is told to stop; workers heed that within two seconds. */
  cancel(jobId: string): Promise<void>;
  /** Jobs of the store that have waited for so long, and stand in no queue: whoever accepted them died before that. */
  forgotten(seconds: number): Promise<string[]>;
  /** Jobs that were to be cancelled so long ago, and have not ended: whoever cancelled them died before that. */
  halfCancelled(seconds: number): Promise<string[]>;
  /** Whether there are jobs to be run, and no worker has been heard of for so long. */
  unattended(seconds: number): Promise<boolean>;
  close(): Promise<void>;
}

const CONNECTIONS = 4;

export async function openAcceptor(databaseUrl: () => string, log: EngineLog): Promise<Acceptor> {
  const pool = enginePool(databaseUrl, CONNECTIONS);
  const access = { systemDatabaseUrl: databaseUrl(), systemDatabasePool: pool, logger: quietly(log) };
  await makingTables(pool, async () => {
    const { rows } = await pool.query<{ name: string | null }>("select to_regclass('dbos.workflow_status') as name");
    if (rows[0]?.name === null) await makeTables(access);
  });
  const client = await DBOSClient.create({ ...access, applicationName: APPLICATION });
  return {
    async accept({ jobId, flow, publicUrl }) {
      const call: FlowCall = { flow, job: { jobId, acceptedAt: acceptedAt(Date.now()), publicUrl }, input: null };
      await client.enqueue({ queueName: JOBS, workflowName: FLOW, workflowID: jobId }, call);
    },
    cancel: (jobId) => client.cancelWorkflow(jobId, { cancelChildren: true }),
    async forgotten(seconds) {
      const { rows } = await pool.query<{ id: string }>(
        `select p.job_id as id from public.job_progress p join public.video_metadata v using (job_id)
         where p.status = 'processing' and p.last_sequence = 0 and p.cancel_requested_at is null and v.deleted_at is null
           and v.created_at < now() - make_interval(secs => $1)
           and not exists (select from dbos.workflow_status w where w.workflow_uuid = p.job_id::text)`,
        [seconds],
      );
      return rows.map(({ id }) => id);
    },
    async halfCancelled(seconds) {
      const { rows } = await pool.query<{ id: string }>(
        "select job_id as id from public.job_progress where status = 'processing' and cancel_requested_at < now() - make_interval(secs => $1)",
        [seconds],
      );
      return rows.map(({ id }) => id);
    },
    async unattended(seconds) {
      const { rows } = await pool.query<{ unattended: boolean }>(
        `select exists (select from public.job_progress where status = 'processing')
           and not exists (select from public.workers where beat_at > now() - make_interval(secs => $1)) as unattended`,
        [seconds],
      );
      return rows[0]?.unattended === true;
    },
    async close() {
      await client.destroy();
      await pool.end();
    },
  };
}

/** A worker makes the engine's tables when it starts; where none has started yet, that is done by being one for a moment. */
async function makeTables(access: Pick<DBOSConfig, 'systemDatabaseUrl' | 'systemDatabasePool' | 'logger'>): Promise<void> {
  DBOS.setConfig({ ...access, name: APPLICATION, executorID: 'tables', applicationVersion: VERSION, listenQueues: ['none'] });
  await DBOS.launch();
  await DBOS.shutdown();
}
