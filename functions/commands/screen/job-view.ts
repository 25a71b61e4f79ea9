import type { Fault, JobEvent, Phase } from '../../../shared/contract/event.ts';

/** What a person sees of one section. */
export interface SectionView {
  section: number;
  title: string;
  state: 'waiting' | 'working' | 'rendered' | 'card';
  phase: Phase | undefined;
  framesDone: number;
  framesTotal: number;
  durationSeconds: number;
  cached: boolean;
  fault: Fault | undefined;
}

/** What a person sees of a job: everything that its events have told so far. */
export interface JobView {
  title: string;
  quality: string;
  sections: SectionView[];
  /** The phase of the whole film that is under way. */
  filmPhase: Phase | undefined;
  warnings: string[];
  end: Extract<JobEvent, { type: 'job.finished' | 'job.failed' | 'job.cancelled' }> | undefined;
}

export const emptyView: JobView = { title: '', quality: '', sections: [], filmPhase: undefined, warnings: [], end: undefined };

/** The view after one more event. */
export function nextView(view: JobView, event: JobEvent): JobView {
  switch (event.type) {
    case 'job.started':
      return { ...view, title: event.source };
    case 'plan.ready':
      return { ...view, title: event.title, quality: event.quality, sections: event.sections.map(waitingSection) };
    case 'phase.started':
      if (event.section === undefined) return { ...view, filmPhase: event.phase };
      return changed(view, event.section, { state: 'working', phase: event.phase });
    case 'phase.finished':
      return event.section === undefined ? { ...view, filmPhase: undefined } : view;
    case 'section.progress':
      return changed(view, event.section, { framesDone: event.framesDone, framesTotal: event.framesTotal });
    case 'section.failed':
      return changed(view, event.section, { fault: event.fault });
    case 'section.finished':
      return changed(view, event.section, { state: event.outcome, durationSeconds: event.durationSeconds, cached: event.cached, phase: undefined });
    case 'section.ready':
      return view;
    case 'warning':
      return { ...view, warnings: [...view.warnings, event.message] };
    case 'job.finished':
    case 'job.failed':
    case 'job.cancelled':
      return { ...view, end: event };
  }
}

const waitingSection = ({ section, title }: { section: number; title: string }): SectionView => ({
  section,
  title,
  state: 'waiting',
  phase: undefined,
  framesDone: 0,
  framesTotal: 0,
  durationSeconds: 0,
  cached: false,
  fault: undefined,
});

const changed = (view: JobView, section: number, change: Partial<SectionView>): JobView => ({
  ...view,
  sections: view.sections.map((each) => (each.section === section ? { ...each, ...change } : each)),
});
