import { nameDiskFull } from '../../../shared/errors.ts';
import type { MediaTask, MediaTool } from '../port.ts';
import type { Launcher } from './launcher.ts';
import { mediaLimits, type ResourceLimits } from './limits.ts';
import { createMediaStage } from './media-stage.ts';

export interface MediaToolParts {
  launcher: Launcher;
  scratchFolder: string;
  /** The outer user, when it is root, hands each run's folder to the sandbox's user. */
  asNobody: boolean;
  limits: Partial<ResourceLimits>;
}

/**
 * ffmpeg and ffprobe, each run in a sandbox: they take apart what scene code made. The run sees copies of the files that it names in a
 * folder of its own, which is its working folder and the only one that it can write.
 */
export async function createMediaTool(parts: MediaToolParts): Promise<MediaTool> {
  const idle = new AbortController().signal;
  const version = await runIn(parts, { program: 'ffmpeg', args: ['-version'], folder: '/' }, { stage: undefined, signal: idle });
  return {
    identity: version.stdout.toString('utf8').split('\n', 1)[0] ?? '',
    async run(task, signal) {
      const stage = await createMediaStage(task, { scratchFolder: parts.scratchFolder, asNobody: parts.asNobody }).catch(nameDiskFull);
      try {
        const result = await runIn(parts, task, { stage: stage.folder, signal });
        await stage.deliver().catch(nameDiskFull);
        return result;
      } finally {
        await stage.remove();
      }
    },
  };
}

async function runIn(parts: MediaToolParts, task: MediaTask, { stage, signal }: { stage: string | undefined; signal: AbortSignal }) {
  const limits = { ...mediaLimits, ...parts.limits };
  const run = parts.launcher.run(
    { readable: [], ...(stage === undefined ? {} : { writable: stage }), environment: {}, limits, command: [task.program, ...task.args] },
    signal,
  );
  run.allowSeconds(limits.wallSeconds, { kind: 'limit', errorClass: 'WallClock', message: `${task.program} was not done within ${limits.wallSeconds} s.` });
  run.input.end();
  run.messages.resume();
  const { exitCode, cause, stdout, stderr } = await run.ended;
  signal.throwIfAborted();
  return { exitCode, stdout, stderr: cause === undefined ? stderr : `${cause.message}\n${stderr}` };
}
