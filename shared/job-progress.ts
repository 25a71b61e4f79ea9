import type { Happening, Phase } from './contract/event.ts';

/**
 * How far a job is, as clients that count in stages and per cent see it. It is computed from the events alone, so that the
 * row of a job, a live stream and a replayed one say the same.
 */
export interface JobProgress {
  status: 'processing' | 'completed' | 'failed';
  /** 1 planning, 2 pipeline, 3 concat, 4 upload. */
  stage: 1 | 2 | 3 | 4;
  /** 0 to 100, whole, never going back; 100 only with `completed`. */
  percentage: number;
  message: string;
  partial: boolean;
  cancelled: boolean;
  /** Where the film is, once it is finished. */
  film: string | undefined;
  /** The film could not be published, and stands on the host that made it. */
  local: boolean;
  errorCode: string | undefined;
  errorMessage: string | undefined;
  /** How much of each section is done, 0 to 1, and how many beats it has, or will have by its length. */
  sections: readonly { done: number; beats: number; finished: boolean }[];
}

export const noProgress: JobProgress = {
  status: 'processing',
  stage: 1,
  percentage: 0,
  message: 'Waiting to begin.',
  partial: false,
  cancelled: false,
  film: undefined,
  local: false,
  errorCode: undefined,
  errorMessage: undefined,
  sections: [],
};

/** Per cent at which the phases of the whole film begin and end: sections are nearly all of the work. */
const SECTIONS_FROM = 5;
const SECTIONS_TO = 90;
const UPLOAD_FROM = 95;
const LAST_BEFORE_END = 99;

/** How much of a section is done when a phase ends; drawing is most of it, and is counted in frames. */
const doneAfter: Partial<Record<Phase, number>> = { narrate: 0.15, code: 0.18, check: 0.2, render: 0.95, repair: 0.95 };
const SECONDS_A_BEAT = 7;
const DRAWING_FROM = 0.2;
const DRAWING_TO = 0.95;

const doing: Record<Phase, string> = {
  plan: 'Planning',
  narrate: 'Speaking',
  code: 'Writing the scene of',
  check: 'Checking',
  render: 'Rendering',
  repair: 'Mending',
  stitch: 'Joining the film',
  publish: 'Uploading the film',
};

/** The progress after one more event. */
export function nextProgress(progress: JobProgress, event: Happening): JobProgress {
  switch (event.type) {
    case 'job.started':
      return { ...progress, message: 'Planning the film.' };
    case 'plan.ready': {
      const sections = event.sections.map(({ beats, seconds }) => ({ done: 0, beats: beats ?? (seconds ?? 0) / SECONDS_A_BEAT, finished: false }));
      return advanced({ ...progress, sections, stage: later(progress.stage, 2), message: `Planned ${count(sections.length, 'section')}.` }, SECTIONS_FROM);
    }
    case 'phase.started':
      return afterStart(progress, event.phase, event.section);
    case 'phase.finished':
      if (event.section === undefined) return event.phase === 'publish' ? advanced(progress, LAST_BEFORE_END) : progress;
      return withSection(progress, event.section, { done: doneAfter[event.phase] ?? 0 });
    case 'section.progress': {
      const drawn = Math.min(1, event.framesDone / Math.max(1, event.framesTotal));
      return withSection(progress, event.section, { done: DRAWING_FROM + drawn * (DRAWING_TO - DRAWING_FROM) });
    }
    case 'section.finished':
      return afterSection(progress, event.section);
    case 'section.failed':
    case 'section.ready':
    case 'warning':
      return progress;
    case 'job.finished': {
      const { partial, film, local = false } = event;
      const whole = partial ? 'The film is ready; a title card stands in for what could not be drawn.' : 'The film is ready.';
      const message = event.section === undefined ? whole : `Section ${event.section} has a new take; the film shows it once it is joined anew.`;
      return { ...progress, status: 'completed', stage: 4, percentage: 100, partial, film, local, message };
    }
    case 'job.failed': {
      const [fault] = event.faults;
      const errorMessage = event.faults.map(({ message, fix }) => `${message} ${fix}`).join('\n');
      return { ...progress, status: 'failed', message: 'The film could not be made.', errorCode: fault?.code, errorMessage };
    }
    case 'job.cancelled': {
      const message = 'The job was cancelled.';
      return { ...progress, status: 'failed', cancelled: true, message, errorCode: 'cancelled', errorMessage: message };
    }
  }
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const later = (one: JobProgress['stage'], other: JobProgress['stage']): JobProgress['stage'] => (one > other ? one : other);

const advanced = (progress: JobProgress, percentage: number): JobProgress => ({
  ...progress,
  percentage: Math.max(progress.percentage, Math.min(LAST_BEFORE_END, Math.floor(percentage))),
});

function afterStart(progress: JobProgress, phase: Phase, section: number | undefined): JobProgress {
  if (section !== undefined) return { ...progress, message: `${doing[phase]} section ${section}/${progress.sections.length}.` };
  if (phase === 'plan') return progress;
  const told = { ...progress, message: `${doing[phase]}.` };
  if (phase === 'stitch') return advanced({ ...told, stage: later(told.stage, 3) }, SECTIONS_TO);
  if (phase === 'publish') return advanced({ ...told, stage: later(told.stage, 4) }, UPLOAD_FROM);
  return told;
}

function afterSection(progress: JobProgress, number: number): JobProgress {
  const next = withSection(progress, number, { done: 1, finished: true });
  const finished = next.sections.filter((section) => section.finished).length;
  return { ...next, message: `Finished ${finished} of ${count(next.sections.length, 'section')}.` };
}

function withSection(progress: JobProgress, number: number, change: { done: number; finished?: boolean }): JobProgress {
  const sections = progress.sections.map((section, index) =>
    index === number - 1 ? { ...section, ...change, done: Math.max(section.done, change.done) } : section,
  );
  const beats = sections.reduce((sum, section) => sum + section.beats, 0);
  const done = sections.reduce((sum, section) => sum + section.done * section.beats, 0);
  return advanced({ ...progress, sections }, SECTIONS_FROM + (done / Math.max(1, beats)) * (SECTIONS_TO - SECTIONS_FROM));
}

/** Whether nothing comes after this event. */
export const endsJob = (event: Happening): boolean =>
  event.type === 'job.finished' || event.type === 'job.failed' || event.type === 'job.cancelled';
