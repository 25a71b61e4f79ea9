/** Talks to the speech program as any program could: lines and bytes over standard input and output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const CLI_PATH = new URL('../../speech-espeak/cli.ts', import.meta.url).pathname;

export interface Said {
  header: {
    id: number | string | null;
    type: string;
    code?: string;
    message?: string;
    sampleRate?: number;
    bytes?: number;
    events?: { type: string; position: number; milliseconds: number; phoneme?: string }[];
    voices?: { name: string; identifier: string; languages: { name: string; priority: number }[] }[];
    variants?: string[];
  };
  samples: Buffer;
}

/** One process of the program, given these lines; answers all that it answered, and what it wrote to standard error. */
export async function tell(lines: (object | string)[]): Promise<{ answers: Said[]; stderr: string; status: number | null }> {
  const child = spawn(process.execPath, [CLI_PATH], { stdio: 'pipe' });
  const chunks: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.stdin.end(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  const [status] = (await once(child, 'close')) as [number | null];
  let rest = Buffer.concat(chunks);
  const answers: Said[] = [];
  while (rest.length > 0) {
    const end = rest.indexOf('\n');
    const header = JSON.parse(rest.toString('utf8', 0, end)) as Said['header'];
    const bytes = header.bytes ?? 0;
    answers.push({ header, samples: rest.subarray(end + 1, end + 1 + bytes) });
    rest = rest.subarray(end + 1 + bytes);
  }
  return { answers, stderr, status };
}

export const speak = (text: string, changes: object = {}): object => ({ id: 1, type: 'speak', text, voice: 'en-us', wordsPerMinute: 150, ...changes });

/** The first answer of a process of its own. */
export async function say(text: string, changes: object = {}): Promise<Said> {
  const { answers } = await tell([speak(text, changes)]);
  return answers[0] as Said;
}

export const wordPositions = ({ header }: Said): number[] => (header.events ?? []).filter(({ type }) => type === 'word').map(({ position }) => position);
