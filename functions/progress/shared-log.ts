import { createHash, randomUUID } from 'node:crypto';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';
import { endsJob, nextProgress } from '../../shared/job-progress.ts';
import type { JobReading } from './job-reading.ts';
import type { Progress } from './port.ts';
import { type RowChange, rowChange } from './row-change.ts';

export interface SharedLogParts {
  jobId: string;
  /** The part of the job that tells: what it tells again when it is run again is appended once. */
  flow: string;
  /** Writes in order, some time soon. */
  write: (work: () => Promise<unknown>) => void;
  /** Whether writing has fallen behind: mere frames wait then. */
  isBehind: () => boolean;
  /** Reads behind everything that was told here, some time soon. */
  read: <Value>(work: () => Promise<Value>) => Promise<Value>;
  append(entry: { jobId: string; happening: Happening; progress: RowChange; key: string }): Promise<{ outcome: string; sequence?: number }>;
  /** What all parts of the job that this process makes have in common. */
  reading: JobReading;
  listen: (event: JobEvent) => void;
}

/**
 * The event log of a job that several processes tell of, one part each. An event is known by its part, by what it says, and by how
 * often the part has said so. The job's row follows from everything that was told, by whomever.
 */
export function sharedLog(parts: SharedLogParts): Progress {
  const keyOf = keysOf(parts.flow);
  const { reading } = parts;

  const record = (happening: Happening): void => {
    const key = keyOf(happening);
    parts.write(async () => {
      const before = await reading.progress();
      const progress = rowChange(nextProgress(before, happening));
      const { outcome, sequence } = await parts.append({ jobId: parts.jobId, happening, progress, key });
      if (outcome !== 'appended' || sequence === undefined) return;
      parts.listen({ sequence, at: new Date().toISOString(), jobId: parts.jobId, ...happening });
    });
  };
  const { frames } = reading;
  const teller = { record, isBehind: parts.isBehind };

  return {
    async tell(happening) {
      if (happening.type === 'section.progress') return frames.add(happening, teller);
      if (endsJob(happening)) frames.clear();
      // Whatever a section does next says that its frames are drawn, or will not be.
      if ('section' in happening && happening.section !== undefined) frames.drop(happening.section);
      record(happening);
    },
    told: () => parts.read(() => reading.told()),
  };
}

function keysOf(flow: string): (happening: Happening) => string {
  const said = new Map<string, number>();
  return (happening) => {
    // How many frames are drawn when somebody looks is chance.
    if (happening.type === 'section.progress') return `${flow} frames ${randomUUID()}`;
    const words = wordsOf(happening);
    const times = (said.get(words) ?? 0) + 1;
    said.set(words, times);
    return `${flow} ${words} ${times}`;
  };
}

/** What is the same of an event whenever it is told: not how long something took. */
function wordsOf(happening: Happening): string {
  const section = 'section' in happening ? (happening.section ?? '') : '';
  const phase = 'phase' in happening ? happening.phase : '';
  const warning = happening.type === 'warning' ? createHash('sha256').update(`${happening.code} ${happening.message}`).digest('hex').slice(0, 16) : '';
  return [happening.type, phase, section, warning].filter((word) => word !== '').join(' ');
}
