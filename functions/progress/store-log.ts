import type { Happening, JobEvent } from '../../shared/contract/event.ts';
import { endsJob, type JobProgress, nextProgress, noProgress } from '../../shared/job-progress.ts';
import type { Progress } from './port.ts';

/** Frames that have been drawn are told this often in a job at most, whatever the number of its sections. */
const BETWEEN_FRAMES_MS = 250;

/** What an event changes of the job's row. */
export interface RowChange {
  status: JobProgress['status'];
  stage: JobProgress['stage'];
  percentage: number;
  message: string;
  videoUrl?: string;
  localVideoUrl?: string;
  errorCode?: string;
  errorMessage?: string;
  partial: boolean;
  cancelled: boolean;
}

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

type Frames = Extract<Happening, { type: 'section.progress' }>;

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
  const frames = coalesce(record, parts.isBehind);

  return {
    async tell(happening) {
      if (happening.type === 'section.progress') return frames.add(happening);
      if (endsJob(happening)) frames.clear();
      // Whatever a section does next says that its frames are drawn, or will not be.
      if ('section' in happening && happening.section !== undefined) frames.drop(happening.section);
      record(happening);
    },
    told: async () => [...events],
  };
}

function rowChange({ film, local, errorCode, errorMessage, status, stage, percentage, message, partial, cancelled }: JobProgress): RowChange {
  return {
    status,
    stage,
    percentage,
    message,
    partial,
    cancelled,
    ...(film !== undefined && (local ? { localVideoUrl: film } : { videoUrl: film })),
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
  };
}

/** Lets the latest frames of each section through, one section after the other, with a pause after each. */
function coalesce(record: (happening: Happening) => void, isBehind: () => boolean) {
  const latest = new Map<number, Frames>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    timer = undefined;
    const [next] = latest.values();
    if (next === undefined) return;
    timer = setTimeout(tell, BETWEEN_FRAMES_MS);
    if (isBehind()) return;
    latest.delete(next.section);
    record(next);
  };
  return {
    add(happening: Frames): void {
      latest.set(happening.section, happening);
      if (timer === undefined) tell();
    },
    drop: (section: number): unknown => latest.delete(section),
    clear(): void {
      latest.clear();
      clearTimeout(timer);
    },
  };
}
