import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Quality, ThemeName } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { composeLesson } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { lessonPlanner } from '../lesson/planner.ts';
import { makeFilm } from '../pipeline/run.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { terminal } from './screen/terminal.ts';

export interface LessonOptions {
  quality?: Quality;
  theme?: ThemeName;
  voice?: string;
  section?: number;
  out?: string;
  keepWork?: boolean;
  renderLimit?: number;
  unsafeNoSandbox?: boolean;
  json?: boolean;
  debug?: boolean;
}

/** `lectern lesson FILE`: answers the exit status. */
export async function lessonCommand(file: string, options: LessonOptions): Promise<number> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await makeLesson(file, options, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return exitCodes.cancelled;
    tellFault(error, file, options);
    return exitCodeOf(error);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function makeLesson(file: string, options: LessonOptions, signal: AbortSignal): Promise<number> {
  const config = readConfig();
  const { quality, theme, voice, section } = options;
  const wishes = { ...(quality && { quality }), ...(theme && { theme }), ...(voice && { voice }), ...(section && { section }) };
  const planner = lessonPlanner(await readLesson(file), basename(file), wishes);
  const name = basename(file, extname(file));
  const request = { jobId: randomUUID(), source: basename(file), name };
  const outFolder = options.out ?? join('films', name);

  const screen = terminal(file, options);
  const composed = await composeLesson({
    config,
    planner,
    jobId: request.jobId,
    lessonFolder: dirname(file),
    outFolder,
    listen: screen.listen,
    signal,
    keepWork: options.keepWork ?? false,
    renderLimitSeconds: options.renderLimit,
    unsafeNoSandbox: options.unsafeNoSandbox ?? false,
  });
  try {
    const made = await makeFilm(request, composed.ports);
    screen.finish(made, options.keepWork ? composed.workFolder : undefined);
    return made.partial ? exitCodes.partial : exitCodes.whole;
  } finally {
    await composed.close();
  }
}

async function readLesson(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${cause.code ?? 'unknown reason'}).`;
    throw new LecternError('lesson_unreadable', { message, fix: 'Name a Markdown file, such as examples/pythagoras.md.', cause });
  });
}
