import type { RenderFailure, SectionReport } from '../../shared/contract/report.ts';

/** What a worker has said of a section, as far as it was believed. */
export interface HeardReport {
  versions: Record<string, string>;
  report: SectionReport | undefined;
}

export interface HostWords {
  /** Why there is no clip, by the host's own account. */
  failure: RenderFailure | undefined;
  wallSeconds: number;
  notes: string[];
}

/** The report of a section: what its worker said, and in the last instance what the host knows. */
export function composeReport({ versions, report: heard }: HeardReport, { failure, wallSeconds, notes }: HostWords): SectionReport {
  const report: SectionReport = { ...(heard ?? emptyReport(versions)) };
  delete report.failure;
  return {
    ...report,
    resources: { ...report.resources, wallSeconds },
    notes: [...report.notes, ...notes],
    ...(failure === undefined ? {} : { failure }),
  };
}

const emptyReport = (versions: Record<string, string>): SectionReport => ({
  frames: 0, beats: [], geometry: [], resources: { wallSeconds: 0, cpuSeconds: 0, peakMemoryMiB: 0, drawnFrames: 0 }, versions, notes: [],
});
