import { diskFull, LecternError } from '../../shared/errors.ts';
import type { MediaTask } from '../compute/port.ts';
import { ffmpegReason } from '../media/ffmpeg/reason.ts';
import type { Ports } from './ports.ts';

/**
 * Runs ffmpeg or ffprobe, and answers what it printed: figures on stderr (ffmpeg), or JSON on stdout (ffprobe).
 * @throws LecternError with the reason in a person's words
 */
export async function runMedia(task: MediaTask, { media }: Pick<Ports, 'media'>, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await media.run(task, signal);
  signal.throwIfAborted();
  if (exitCode === 0) return task.program === 'ffprobe' ? stdout.toString('utf8') : stderr;
  if (/No space left on device/.test(stderr)) throw diskFull(undefined);
  throw new LecternError('media_failed', {
    message: `${task.program} could not do its part: ${ffmpegReason(stderr, exitCode)}.`,
    fix: 'Run again. If it happens again, npm run doctor tells what is missing.',
    retryable: true,
  });
}
