import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clipFile, jobFile, jobFolder, resultFile } from '../../../functions/compute/modal/specification.ts';
import type { RenderJob } from '../../../shared/contract/job.ts';
import type { SectionReport } from '../../../shared/contract/report.ts';
import type { Script, ScriptedSandbox } from '../modal-emulator/scripted-machine.ts';
import { scriptedReport } from '../modal-emulator/scripted-render.ts';
import { plainRenderer } from '../plain-renderer.ts';

/** As `lectern_render.attend` and its worker have them. */
const POLL_MS = 30;
const PROGRESS_MS = 100;
/** Whatever a scene says, a plain field is drawn. */
const DRAWABLE = 'class Section(LessonScene):';
const READY_FILE = `${jobFolder}/ready`;

interface Drawn {
  report: SectionReport;
  clip: Buffer;
}

/**
 * What runs in sandboxes, without a process: a section is drawn by waiting for as long as was drawn for it. It says what a worker
 * says, as often, and leaves the clip and the report that a worker leaves. @param folder where the clips are made, one of each length
 */
export function scriptedRenders(folder: string, secondsOf: (section: number) => number): Script {
  const draw = drawer(folder);
  return async (argv, sandbox) => {
    if (argv[0] === 'test') return sandbox.files.has(argv[2] ?? '') ? 0 : 1;
    if (argv[0] === 'head') return printHead(argv, sandbox);
    if (!argv.includes('lectern_render.attend')) throw new Error(`nobody knows how to run ${argv[0]}`);
    await attend(sandbox, { draw, secondsOf });
    // Files end with the sandbox: it stays until it is ended.
    await delay(2 ** 31 - 1, undefined, { signal: sandbox.signal });
    return 0;
  };
}

function printHead([, , bytes, path = '']: string[], { files, print }: ScriptedSandbox): number {
  const content = files.get(path);
  if (content === undefined) return 1;
  print(content.subarray(0, Number(bytes)));
  return 0;
}

interface Attending {
  draw: (job: RenderJob) => Promise<Drawn>;
  secondsOf: (section: number) => number;
}

async function attend({ files, print, signal }: ScriptedSandbox, { draw, secondsOf }: Attending): Promise<void> {
  let said = 0;
  const tell = (message: object): void => print(`${JSON.stringify({ number: (said += 1), message })}\n`);
  files.set(READY_FILE, Buffer.alloc(0));
  while (files.get(jobFile)?.at(-1) !== '\n'.charCodeAt(0)) await delay(POLL_MS, undefined, { signal });
  const { job } = JSON.parse(files.get(jobFile)?.toString() ?? '') as { job: RenderJob };
  const milliseconds = secondsOf(job.section) * 1000;
  tell({ type: 'ready', versions: {} });
  const { report, clip } = await draw(job);
  const begun = performance.now();
  for (let left = milliseconds; left > 0; left = milliseconds - (performance.now() - begun)) {
    tell({ type: 'progress', frame: Math.floor(job.totalFrames * (1 - left / milliseconds)), totalFrames: job.totalFrames });
    await delay(Math.min(PROGRESS_MS, left), undefined, { signal });
  }
  tell({ type: 'report', report });
  files.set(clipFile, clip);
  const made = { bytes: clip.length, sha256: createHash('sha256').update(clip).digest('hex') };
  files.set(resultFile, Buffer.from(JSON.stringify({ report, clip: made, exitCode: 0, stopped: null, stdout: '', stderr: '' })));
  tell({ type: 'done' });
}

/** All clips of one length and profile are the same: they are encoded once. */
function drawer(folder: string): Attending['draw'] {
  const plain = plainRenderer(folder);
  const clips = new Map<string, Promise<Buffer>>();
  const encoded = async (job: RenderJob, clipPath: string): Promise<Buffer> => {
    await plain.render({ job: { ...job, sceneCode: DRAWABLE }, assetPaths: [], clipPath }, { signal: new AbortController().signal, onFrames: () => undefined });
    return readFile(clipPath);
  };
  return async (job) => {
    const name = `${job.totalFrames}-${createHash('sha256').update(JSON.stringify(job.profile)).digest('hex').slice(0, 12)}.mp4`;
    const clip = clips.get(name) ?? encoded(job, join(folder, `section-${name}`));
    clips.set(name, clip);
    return { report: scriptedReport(job), clip: await clip };
  };
}
