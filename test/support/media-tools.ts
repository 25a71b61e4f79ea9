import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MOST_OUTPUT_BYTES = 2 ** 28;

export interface ToolRun {
  stdout: Buffer;
  stderr: string;
}

/** Runs ffmpeg or ffprobe in a folder, as the film's maker does. Rejects with what it wrote when it fails. */
export async function runTool(program: 'ffmpeg' | 'ffprobe', words: string[], folder = '.'): Promise<ToolRun> {
  const { stdout, stderr } = await execute(program, words, { cwd: folder, encoding: 'buffer', maxBuffer: MOST_OUTPUT_BYTES });
  return { stdout, stderr: stderr.toString('utf8') };
}
