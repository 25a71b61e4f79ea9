import type { ModalClient } from 'modal';
import { boxOf, endSandbox } from './box.ts';
import { openConnection } from './connection.ts';
import type { Role } from './specification.ts';
import { troubleOf } from './troubles.ts';

export interface SandboxSweep {
  connect: () => ModalClient;
  appName: string;
  /** Whether a job goes on; undefined where nothing is known of it. */
  isRunning: (jobId: string) => Promise<boolean | undefined>;
  /** Ids of sandboxes that wait for a section, or draw one. */
  known: () => Promise<string[]>;
  /** Say what would be ended, and leave it. */
  dryRun: boolean;
}

export interface FoundSandbox {
  sandboxId: string;
  role: Role;
  job: string | undefined;
  section: number | undefined;
  /** It belongs to no running job, and waits for none. */
  isOrphan: boolean;
}

const ROLES: readonly Role[] = ['render', 'warm', 'tex'];

/**
 * Finds all sandboxes of Lectern by their tags, and ends those that are of no use to anybody. A job that nothing is known of may be one of
 * another store, or of a command: its sandboxes are left, and end by themselves within a quarter of an hour.
 * @throws LecternError what the store says
 */
export async function sweepSandboxes(sweep: SandboxSweep): Promise<FoundSandbox[]> {
  const connection = openConnection(sweep.connect, sweep.appName);
  try {
    const known = new Set(await sweep.known());
    const found: FoundSandbox[] = [];
    for (const role of ROLES) {
      const listed = await connection.use(({ client, app }) => Array.fromAsync(client.sandboxes.list({ appId: app.appId, tags: { role } })));
      for (const sandbox of listed) {
        const box = boxOf(sandbox);
        const tags = await box.tags();
        box.leave();
        const job = tags['job'];
        const isOrphan = job === undefined ? !known.has(box.id) : (await sweep.isRunning(job)) === false;
        if (isOrphan && !sweep.dryRun) await endSandbox(connection, box.id);
        found.push({ sandboxId: box.id, role, job, section: tags['section'] === undefined ? undefined : Number(tags['section']), isOrphan });
      }
    }
    return found;
  } catch (error) {
    throw troubleOf(error);
  } finally {
    connection.close();
  }
}
