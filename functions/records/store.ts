import { randomUUID } from 'node:crypto';
import type { MendedRecord, Records } from './port.ts';

/** Longer titles are cut: a row takes no more. */
const TITLE_CHARACTERS = 300;
const MESSAGE_CHARACTERS = 300;
const NAME_CHARACTERS = 100;

/** What the store takes; each call may be repeated after an outage. */
export interface RecordStore {
  sections: {
    plan(jobId: string, plan: { title: string; language: string; keywords: string[]; sections: { title: string }[] }): Promise<void>;
    take(jobId: string, take: TakeRow): Promise<unknown>;
  };
  errorLogs: { record(log: ErrorRow): Promise<void> };
  failures: { record(jobId: string, failure: MendedRecord & { id: string }): Promise<void> };
}
interface TakeRow {
  section: number;
  outcome: 'rendered' | 'card' | 'failed';
  faults: number;
  sceneCode: string;
  clipHash?: string | undefined;
  narrationHash?: string | undefined;
  spokenBy?: string | undefined;
  durationSeconds?: number | undefined;
  report?: unknown;
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

/** Sections with their takes, logs of what failed, and how it was mended, as rows of the job. */
export function storeRecords({ jobId, userId, store, write }: StoreRecordsParts): Records {
  return {
    planned({ title, language, keywords, sections }) {
      const plan = { title: cut(title, TITLE_CHARACTERS), language, keywords, sections: sections.map((section) => ({ title: section.title })) };
      write(() => store.sections.plan(jobId, plan));
    },
    took({ report, ...take }) {
      write(() => store.sections.take(jobId, { ...take, report, faults: report.geometry.length }));
    },
    failed({ fault, ...failure }) {
      const { code, message } = fault;
      write(() => userId().then((owner) => store.errorLogs.record({ ...failure, userId: owner, jobId, code, message })));
    },
    mended({ errorClass, rule, message, ...mended }) {
      // The id is made once, so that an entry whose answer was lost is not kept twice.
      const told = { errorClass: cut(errorClass, NAME_CHARACTERS), rule: rule && cut(rule, NAME_CHARACTERS), message: cut(message, MESSAGE_CHARACTERS) };
      const failure = { ...mended, ...told, id: randomUUID() };
      write(() => store.failures.record(jobId, failure));
    },
  };
}

const cut = (text: string, characters: number): string => [...text].slice(0, characters).join('');
