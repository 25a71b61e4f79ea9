/** A sandbox elsewhere, as a sweep has found it. */
interface Found {
  sandboxId: string;
  role: string;
  job: string | undefined;
  section: number | undefined;
  isOrphan: boolean;
}

const ID_CHARACTERS = 28;
const ROLE_CHARACTERS = 8;
const JOB_CHARACTERS = 8;

function row({ sandboxId, role, job, section, isOrphan }: Found, dryRun: boolean): string {
  const whose = job === undefined ? '' : `job ${job.slice(0, JOB_CHARACTERS)}${section === undefined ? '' : `, section ${section}`}`;
  const end = isOrphan ? (dryRun ? 'would be ended' : 'ended') : 'left';
  return `${sandboxId.padEnd(ID_CHARACTERS)}${role.padEnd(ROLE_CHARACTERS)}${whose.padEnd(ID_CHARACTERS)}${end}`;
}

/** Every sandbox with what became of it, in lines of about 80 characters. */
export const sandboxLines = (found: readonly Found[], dryRun: boolean): string[] =>
  found.length === 0 ? ['There is no sandbox.'] : found.map((each) => row(each, dryRun));
