import { createHash } from 'node:crypto';
import type { NewTake } from '../../shared/contract/take.ts';
import type { MendedRecord, Records } from './port.ts';

/** Longer titles are cut: a row takes no more. */
const TITLE_CHARACTERS = 300;
const MESSAGE_CHARACTERS = 300;
const NAME_CHARACTERS = 100;

/** What the store takes; each call may be repeated after an outage. */
export interface RecordStore {
  sections: {
    plan(jobId: string, plan: { title: string; language: string; keywords: string[]; sections: { title: string }[] }): Promise<void>;
    take(jobId: string, take: NewTake & { key: string }): Promise<unknown>;
  };
  errorLogs: { record(log: ErrorRow): Promise<void> };
  failures: { record(jobId: string, failure: MendedRecord & { id: string }): Promise<void> };
}
interface ErrorRow {
  id: string;
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
  /** What records are told by: what is told again by a run of this name is kept once. */
  run: string;
  userId: () => Promise<string>;
  store: RecordStore;
  /** Writes in order, some time soon. */
  write: (work: () => Promise<unknown>) => void;
}

/** Sections with their takes, logs of what failed, and how it was mended, as rows of the job. */
export function storeRecords({ jobId, run, userId, store, write }: StoreRecordsParts): Records {
  const mendings = new Map<string, number>();
  /** The same may be wrong twice: what is told outside of steps is told in the same order by every run. */
  const ordinalOf = (content: string): number => {
    const ordinal = (mendings.get(content) ?? 0) + 1;
    mendings.set(content, ordinal);
    return ordinal;
  };
  const idOf = (kind: string, content: unknown): string => uuidOf(JSON.stringify([run, kind, content]));
  return {
    planned({ title, language, keywords, sections }) {
      const plan = { title: cut(title, TITLE_CHARACTERS), language, keywords, sections: sections.map((section) => ({ title: section.title })) };
      write(() => store.sections.plan(jobId, plan));
    },
    took({ report, attempt, ...take }) {
      const { section, outcome, sceneCode, clipHash } = take;
      const key = idOf('take', [section, attempt, outcome, sceneCode, clipHash]);
      write(() => store.sections.take(jobId, { ...take, report, faults: report.geometry.length, key }));
    },
    failed({ fault, ...failure }) {
      const { code, message } = fault;
      const { section, phase, attempt, sceneCode } = failure;
      const id = idOf('log', [section, phase, attempt, sceneCode, code, message]);
      write(() => userId().then((owner) => store.errorLogs.record({ ...failure, id, userId: owner, jobId, code, message })));
    },
    mended({ errorClass, rule, message, ...mended }) {
      const told = { errorClass: cut(errorClass, NAME_CHARACTERS), rule: rule && cut(rule, NAME_CHARACTERS), message: cut(message, MESSAGE_CHARACTERS) };
      const failure = { ...mended, ...told, id: idOf('mended', [mended, told, ordinalOf(JSON.stringify([mended, told]))]) };
      write(() => store.failures.record(jobId, failure));
    },
  };
}

/** A uuid that is always the same for the same text. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const cut = (text: string, characters: number): string => [...text].slice(0, characters).join('');
