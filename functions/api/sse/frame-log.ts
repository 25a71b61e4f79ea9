import type { JobEvent } from '../../../shared/contract/event.ts';
import { endsJob, type JobProgress, nextProgress, noProgress } from '../../../shared/job-progress.ts';
import { eventFrame, progressFrame } from './frames.ts';

/** `events`: every event under its own name. `progress`: what the first API's clients read. */
export type View = 'events' | 'progress';

interface Entry {
  sequence: number;
  frame: Buffer;
  /** A later entry of the same key says all that this one says, and more. */
  key: string | undefined;
}

export interface FrameLog {
  push(events: readonly JobEvent[]): void;
  /** Everything after the sequence in one buffer, which all clients that stand there share; empty when there is nothing. */
  since(view: View, sequence: number): Buffer;
  readonly lastSequence: number;
  readonly ended: boolean;
}

const nothing = Buffer.alloc(0);

/** The frames of one job, encoded once each. What has been superseded is left out for whoever was not there in time. */
export function frameLog(videoUrlOf: (event: JobEvent) => string): FrameLog {
  const entries: Record<View, Entry[]> = { events: [], progress: [] };
  const joined = new Map<string, Buffer>();
  let progress = noProgress;
  let lastSequence = 0;
  let ended = false;

  const push = (event: JobEvent): void => {
    add(entries.events, { sequence: event.sequence, frame: eventFrame(event), key: keyOf(event) });
    const next = nextProgress(progress, event);
    if (isToldAnew(progress, next)) {
      const at = { sequence: event.sequence, jobId: event.jobId, videoUrl: videoUrlOf(event) };
      add(entries.progress, { sequence: event.sequence, frame: progressFrame(at, next), key: next.message });
    }
    progress = next;
    lastSequence = event.sequence;
    ended = endsJob(event);
  };

  return {
    push(events) {
      joined.clear();
      events.forEach(push);
    },
    since(view, sequence) {
      if (sequence >= lastSequence) return nothing;
      const name = `${view} ${sequence}`;
      const known = joined.get(name);
      if (known) return known;
      const list = entries[view];
      const before = list.findLastIndex((entry) => entry.sequence <= sequence);
      const frames = Buffer.concat(list.slice(before + 1).map((entry) => entry.frame));
      joined.set(name, frames);
      return frames;
    },
    get lastSequence() {
      return lastSequence;
    },
    get ended() {
      return ended;
    },
  };
}

const keyOf = (event: JobEvent): string | undefined => (event.type === 'section.progress' ? `section ${event.section}` : undefined);

const isToldAnew = (before: JobProgress, after: JobProgress): boolean =>
  before.status !== after.status || before.stage !== after.stage || before.percentage !== after.percentage || before.message !== after.message;

/** Sections are drawn side by side: the entry that is superseded stands a few places back, not always last. */
function add(list: Entry[], entry: Entry): void {
  if (entry.key !== undefined) {
    const superseded = list.findLastIndex(({ key }) => key === entry.key);
    if (superseded >= 0) list.splice(superseded, 1);
  }
  list.push(entry);
}
