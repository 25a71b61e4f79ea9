import type { Records } from './port.ts';

/** Longer titles are cut: a row takes no more. */
const TITLE_CHARACTERS = 300;

/** What the store takes; each call may be repeated after an outage. */
export interface RecordStore {
  sections: {
    plan(jobId: string, plan: { title: string; language: string; keywords: string[]; sections: { title: string }[] }): Promise<void>;
    take(jobId: string, take: TakeRow): Promise<unknown>;
  };
  costs: { record(jobId: string, entries: CostRow[]): Promise<void> };
  errorLogs: { record(log: ErrorRow): Promise<void> };
}
interface TakeRow {
  section: number;
  outcome: 'rendered' | 'card' | 'failed';
  faults: number;
  sceneCode: string;
  clipHash?: string | undefined;
  durationSeconds?: number | undefined;
  report?: unknown;
}
interface CostRow {
  phase: string;
  section?: number | undefined;
  provider: string;
  model: string;
  units: Record<string, number>;
  microDollars: number;
  cached: boolean;
  key?: string | undefined;
}
interface ErrorRow {
  userId: string;
  jobId: string;
  section?: number | undefined;
  phase: string;
  attempt: number;
  code: string;
  message: string;
  stdout: string;
  stderr: string;
  command: string[];
  sceneCode?: string | undefined;
}

export interface StoreRecordsParts {
  jobId: string;
  userId: () => Promise<string>;
  store: RecordStore;
  /** Writes in order, some time soon. */
  write: (work: () => Promise<unknown>) => void;
}

/** Sections with their takes, costs, and logs of what failed, as rows of the job. */
export function storeRecords({ jobId, userId, store, write }: StoreRecordsParts): Records {
  return {
    planned({ title, language, keywords, sections }) {
      const plan = { title: cut(title), language, keywords, sections: sections.map((section) => ({ title: section.title })) };
      write(() => store.sections.plan(jobId, plan));
    },
    paid: (call) => write(() => store.costs.record(jobId, [call])),
    took({ report, ...take }) {
      write(() => store.sections.take(jobId, { ...take, report, faults: report.geometry.length }));
    },
    failed({ fault, ...failure }) {
      const { code, message } = fault;
      write(() => userId().then((owner) => store.errorLogs.record({ ...failure, userId: owner, jobId, code, message })));
    },
  };
}

const cut = (title: string): string => [...title].slice(0, TITLE_CHARACTERS).join('');
