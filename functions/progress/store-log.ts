import type { Happening, JobEvent } from '../../shared/contract/event.ts';
import { endsJob, nextProgress, noProgress } from '../../shared/job-progress.ts';
import { coalesceFrames } from './frames.ts';
import type { Progress } from './port.ts';
import { type RowChange, rowChange } from './row-change.ts';

export interface StoreLogParts {
  jobId: string;
  /** Unique to this attempt at the job: an event that is sent twice is appended once, and one of a later attempt again. */
  run: string;
  now: () => Date;
  /** Writes in order, some time soon. */
  write: (work: () => Promise<unknown>) => void;
  /** Whether writing has fallen behind: mere frames wait then. */
  isBehind: () => boolean;
  append(entry: { jobId: string; happening: Happening; progress: RowChange; key: string }): Promise<unknown>;
  listeners: readonly ((event: JobEvent) => void)[];
}

/** The event log of a job in the store, and the job's progress in its row: both follow what was told, in order. */
export function storeLog(parts: StoreLogParts): Progress {
  const events: JobEvent[] = [];
  let progress = noProgress;

  const record = (happening: Happening): void => {
    const event: JobEvent = { sequence: events.length + 1, at: parts.now().toISOString(), jobId: parts.jobId, ...happening };
    events.push(event);
    for (const listen of parts.listeners) listen(event);
    progress = nextProgress(progress, happening);
    const entry = { jobId: parts.jobId, happening, progress: rowChange(progress), key: `${parts.run}-${event.sequence}` };
    parts.write(() => parts.append(entry));
  };
  const frames = coalesceFrames();
  const teller = { record, isBehind: parts.isBehind };

  return {
    async tell(happening) {
      if (happening.type === 'section.progress') return frames.add(happening, teller);
      if (endsJob(happening)) frames.clear();
      // Whatever a section does next says that its frames are drawn, or will not be.
      if ('section' in happening && happening.section !== undefined) frames.drop(happening.section);
      record(happening);
    },
    told: async () => [...events],
  };
}
