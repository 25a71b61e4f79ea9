import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable, LecternError } from '../../shared/errors.ts';
import { costCap } from './cost-cap.ts';
import type { Costs, PlannedCall } from './port.ts';

/** What of a store the money of a job needs. */
export interface CostStore {
  reserve(jobId: string, call: PlannedCall & { madeBy?: string | undefined }): Promise<CostReservation>;
  settle(jobId: string, call: PlannedCall, bill: StoredBill): Promise<void>;
}
type CostReservation =
  | { outcome: 'reserved'; reservationId: number }
  | { outcome: 'cap'; spentMicroDollars: number; reservedMicroDollars: number; capMicroDollars: number }
  | { outcome: 'ended' | 'unknown_job' };
interface StoredBill {
  units: Record<string, number>;
  microDollars: number;
  cached: boolean;
  reservationId?: number | undefined;
}

export interface StoreCostsParts {
  jobId: string;
  /** The process that makes the calls: those that it has under way when it dies are found by it. */
  madeBy?: string | undefined;
  /** Resolves once the job has a row. */
  ensureJob: () => Promise<unknown>;
  store: CostStore;
  /** Writes in order, some time soon. */
  write: (work: () => Promise<unknown>) => void;
  /** Pauses between attempts to reserve at a store that cannot be reached: by default as long as one takes that is started again. */
  retryMilliseconds?: readonly number[];
}

const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000];

/**
 * The money of a job as rows of the store. A call that costs nothing waits for nobody: its bill is written behind the job. One that
 * costs money is made only when the store has set its money aside; its bill is written at once, or behind the job where the store
 * cannot be reached just then.
 */
export function storeCosts({ jobId, madeBy, ensureJob, store, write, retryMilliseconds = RETRY_MS }: StoreCostsParts): Costs {
  const reservations = new Map<string, number>();
  /** Keys of calls under way that cost nothing. */
  const free = new Set<string>();

  return {
    async reserve(call) {
      if (call.mostMicroDollars === 0) return void free.add(call.key);
      const answer = await patiently(() => ensureJob().then(() => store.reserve(jobId, { ...call, madeBy })), retryMilliseconds);
      if (answer.outcome === 'cap') throw costCap({ ...answer, mostMicroDollars: call.mostMicroDollars });
      if (answer.outcome !== 'reserved') throw jobOver();
      reservations.set(call.key, answer.reservationId);
    },
    async settle(call, bill) {
      const reservationId = reservations.get(call.key);
      reservations.delete(call.key);
      // Each call is a bill of its own; what was found instead of made is one of its key.
      const billed = free.delete(call.key) ? { ...call, key: `${call.key}#${randomUUID()}` } : call;
      const record = (): Promise<void> => store.settle(jobId, billed, { ...bill, reservationId });
      if (reservationId === undefined) return write(record);
      await record().catch((error: unknown) => {
        if (!isRetryable(error)) throw error;
        write(record);
      });
    },
  };
}

async function patiently<Result>(work: () => Promise<Result>, pauses: readonly number[]): Promise<Result> {
  for (const milliseconds of pauses) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await delay(milliseconds);
    }
  }
  return work();
}

const jobOver = (): LecternError =>
  new LecternError('job_over', { message: 'The job has ended, or its film has been deleted: nothing more is bought for it.', fix: 'Make the film again, if it is wanted.' });
