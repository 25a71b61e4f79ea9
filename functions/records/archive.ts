import { planSchema } from '../../shared/contract/plan.ts';
import { sectionReportSchema } from '../../shared/contract/report.ts';
import { LecternError } from '../../shared/errors.ts';
import type { Archive, KeptTake } from './port.ts';

/** What of a store the archive reads. */
export interface ArchiveStore {
  parts(jobId: string): Promise<{ plan: unknown; takes: PartRow[] } | undefined>;
}
interface PartRow {
  section: number;
  outcome: 'rendered' | 'card';
  sceneCode: string;
  clipHash: string;
  narrationHash: string | null;
  spokenBy: string | null;
  report: unknown;
}

/** Films as the store keeps them. @param addressOf where a film is shown */
export function storeArchive(sections: ArchiveStore, addressOf: (jobId: string) => string): Archive {
  return {
    async film(jobId) {
      const kept = await sections.parts(jobId);
      // What is written down of a film that was never published is its outline alone.
      const plan = planSchema.safeParse(kept?.plan);
      if (kept === undefined || !plan.success || kept.takes.length !== plan.data.sections.length) throw gone();
      return { plan: plan.data, takes: kept.takes.map(takeOf), address: addressOf(jobId) };
    },
  };
}

const takeOf = ({ narrationHash, spokenBy, report, ...take }: PartRow): KeptTake => ({
  ...take,
  narration: narrationHash === null || spokenBy === null ? undefined : { hash: narrationHash, spokenBy },
  report: sectionReportSchema.parse(report),
});

const gone = (): LecternError =>
  new LecternError('film_gone', { message: 'There is no film any more of which a part could be made again.', fix: 'Make the film again.' });
