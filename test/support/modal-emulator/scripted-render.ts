import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RenderJob } from '../../../shared/contract/job.ts';
import type { SectionReport } from '../../../shared/contract/report.ts';
import type { Script, ScriptedSandbox } from './scripted-machine.ts';

export interface ScriptedRender {
  /** How long a section is drawn. */
  seconds: (job: RenderJob) => number;
  /** What is said to have been drawn. */
  clip: Buffer;
  /** What is there instead, where that is not the same. */
  clipInstead?: Buffer;
}

/**
 * Stands in for everything that runs in render sandboxes: each section takes as long as it is told to, and no processor. It speaks as
 * `lectern_render.attend` does; whoever fetches the clip has to know that it is not what it seems.
 */
export const scriptedRender = (render: ScriptedRender): Script => async (argv, sandbox) => {
  if (argv[0] === 'head') return readFile(argv, sandbox);
  if (!argv.includes('lectern_render.attend')) return 0;
  await attend(render, sandbox);
  // It stays, with its files, until it is ended.
  return pause(900_000, 0, { signal: sandbox.signal, ref: false });
};

function readFile([, , mostBytes = '0', path = '']: string[], { files, print }: ScriptedSandbox): number {
  const content = files.get(path);
  if (content === undefined) return 1;
  print(content.subarray(0, Number(mostBytes)));
  return 0;
}

async function attend({ seconds, clip, clipInstead = clip }: ScriptedRender, { files, print, signal }: ScriptedSandbox): Promise<void> {
  let number = 0;
  const say = (message: object): void => print(`${JSON.stringify({ number: (number += 1), message })}\n`);
  files.set('/job/ready', Buffer.alloc(0));
  say({ type: 'ready', versions: { manim: 'scripted' } });
  await files.whenThere('/job/job.json');
  const { job } = JSON.parse((files.get('/job/job.json') ?? Buffer.alloc(0)).toString('utf8')) as { job: RenderJob };
  await pause(seconds(job) * 1000, undefined, { signal });
  say({ type: 'progress', frame: job.totalFrames, totalFrames: job.totalFrames });
  files.set('/job/clip.mp4', clipInstead);
  const told = { bytes: clip.length, sha256: createHash('sha256').update(clip).digest('hex') };
  files.set('/job/result.json', Buffer.from(JSON.stringify({ report: scriptedReport(job), clip: told, exitCode: 0, stopped: null, stdout: '', stderr: '' })));
  say({ type: 'done' });
}

/** What is reported of a render that only takes time. */
export const scriptedReport = ({ beats, totalFrames }: RenderJob): SectionReport => ({
  frames: totalFrames,
  beats: beats.map(({ startFrame, endFrame }) => ({
    plannedStartFrame: startFrame, plannedEndFrame: endFrame, actualStartFrame: startFrame, actualEndFrame: endFrame,
    animations: 0, squeeze: 1, appliedAtOnce: 0, paddedFrames: 0, longestStillSeconds: 0, skipped: false,
  })),
  geometry: [],
  resources: { wallSeconds: 0, cpuSeconds: 0, peakMemoryMiB: 0, drawnFrames: totalFrames },
  versions: { manim: 'scripted' },
  notes: [],
});
