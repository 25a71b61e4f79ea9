import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const checkout = new URL('../..', import.meta.url).pathname;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs Lectern's command line as its users do, and answers how it ended. */
export async function lectern(words: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['functions/cli.ts', ...words], {
    cwd: checkout,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** A folder of its own for a test, which the sandbox's user can enter, and how it is removed. */
export function scratchFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'lectern-test-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Probed {
  format: { duration: string; tags: Record<string, string> };
  streams: { codec_type: string; codec_name: string; width?: number; height?: number; avg_frame_rate: string; duration: string; nb_frames?: string }[];
  chapters: { start_time: string; end_time: string; tags: { title: string } }[];
}

/** What ffprobe says of a film. */
export async function probe(path: string): Promise<Probed> {
  const { stdout } = await execute('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-show_chapters', '-of', 'json', path]);
  return JSON.parse(stdout) as Probed;
}

/** Integrated loudness of a film's sound, in LUFS, as ffmpeg's own meter reads it. */
export async function loudness(path: string): Promise<number> {
  const { stderr } = await execute('ffmpeg', ['-nostdin', '-hide_banner', '-i', path, '-map', '0:a', '-af', 'ebur128', '-f', 'null', '-'], { maxBuffer: 2 ** 26 });
  const summary = stderr.slice(stderr.lastIndexOf('Integrated loudness'));
  return Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1]);
}
