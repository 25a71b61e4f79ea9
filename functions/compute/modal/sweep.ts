import type { ModalClient } from 'modal';
import { type Box, boxOf, endSandbox } from './box.ts';
import { type Connection, openConnection } from './connection.ts';
import type { Role } from './specification.ts';
import { troubleOf } from './troubles.ts';

export interface SandboxSweep {
  connect: () => ModalClient;
  appName: string;
  /** Whether a job goes on; undefined where nothing is known of it. */
  isRunning: (jobId: string) => Promise<boolean | undefined>;
  /** Ids of sandboxes that wait for a section, or draw one. */
  known: () => Promise<string[]>;
  /** Names of those that are being started to wait. */
  starting: () => Promise<string[]>;
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
    const boxes: { box: Box; role: Role }[] = [];
    for (const role of ROLES) boxes.push(...(await boxesOf(connection, role)).map((box) => ({ box, role })));
    // Asked for when the sandboxes are found: whichever was found has been known before that.
    const known = new Set([...(await sweep.starting()), ...(await sweep.known())]);
    const found: FoundSandbox[] = [];
    for (const { box, role } of boxes) {
      const { job, section, waiting = '' } = await box.tags();
      box.leave();
      const isOrphan = job === undefined ? !known.has(box.id) && !known.has(waiting) : (await sweep.isRunning(job)) === false;
      if (isOrphan && !sweep.dryRun) await endSandbox(connection, box.id);
      found.push({ sandboxId: box.id, role, job, section: section === undefined ? undefined : Number(section), isOrphan });
    }
    return found;
  } catch (error) {
    throw troubleOf(error);
  } finally {
    connection.close();
  }
}

const boxesOf = (connection: Connection, role: Role): Promise<Box[]> =>
  connection.use(async ({ client, app }) => {
    const boxes: Box[] = [];
    for await (const sandbox of client.sandboxes.list({ appId: app.appId, tags: { role } })) boxes.push(boxOf(sandbox));
    return boxes;
  });
