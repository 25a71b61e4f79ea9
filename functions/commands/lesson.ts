import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Quality, ThemeName } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { composeJob, folderOutlets, lessonMaterials, openWorkshop, type Outlets } from '../compose.ts';
import { type Config, publicUrlOf, readConfig, readServiceConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { lessonPlanner } from '../lesson/planner.ts';
import { makeFilm } from '../pipeline/run.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { type Screen, terminal } from './screen/terminal.ts';

export interface LessonOptions {
  quality?: Quality;
  theme?: ThemeName;
  voice?: string;
  section?: number;
  out?: string;
  keepWork?: boolean;
  renderLimit?: number;
  unsafeNoSandbox?: boolean;
  /** Into the store as well, where the service finds it. */
  publish?: boolean;
  /** Whose film it is there. */
  user: string;
  json?: boolean;
  debug?: boolean;
}

/** How long a store is waited for that does not answer when the film is made. */
const STORE_PATIENCE_MS = 2000;
/** Somebody waits at the terminal, and can publish later. */
const PUBLISH_RETRY_MS = [500, 2000];

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
  const lesson = await readLesson(file);
  const planner = lessonPlanner(lesson, basename(file), wishes);
  const name = basename(file, extname(file));
  const request = { jobId: randomUUID(), source: basename(file), name };
  const screen = terminal(file, options);
  const workshop = await openWorkshop(config, { renderLimitSeconds: options.renderLimit, unsafeNoSandbox: options.unsafeNoSandbox ?? false });
  const outFolder = options.out ?? join('films', name);
  const outlets = await outletsOf({ config, options, screen, lesson, request, outFolder });
  const materials = lessonMaterials(dirname(file));
  const composed = await composeJob({ config, workshop, planner, materials, ...outlets, signal, keepWork: options.keepWork ?? false });
  try {
    const made = await makeFilm(request, composed.ports);
    const published = options.publish && !made.local ? made.film : undefined;
    const workFolder = options.keepWork ? composed.workFolder : undefined;
    screen.finish({ ...made, film: join(outFolder, `${name}.mp4`) }, { workFolder, published });
    return made.partial ? exitCodes.partial : exitCodes.whole;
  } finally {
    await composed.close();
    await outlets.close();
  }
}

interface OutletParts {
  config: Config;
  options: LessonOptions;
  screen: Screen;
  lesson: Uint8Array;
  request: { jobId: string; source: string };
  outFolder: string;
}

/** Where the film and everything told of it goes: its folder, and with `--publish` the store as well. */
async function outletsOf({ config, options, screen, lesson, request, outFolder }: OutletParts): Promise<Outlets & { close(): Promise<void> }> {
  const { jobId, source } = request;
  if (!options.publish) return { ...folderOutlets(jobId, outFolder, screen.listen), close: async () => {} };
  // Loaded for those who publish: a store's client takes a while.
  const [{ openLog }, { openStore }, { openOutbox, storeOutlets }] = await Promise.all([
    import('../compose-log.ts'),
    import('../compose-store.ts'),
    import('../compose-publish.ts'),
  ]);
  const log = openLog(options.debug ? 'info' : 'silent');
  const publicUrl = publicUrlOf(readServiceConfig());
  const opened = await openStore(config, readStoreConfig(), log);
  const owner = { subject: options.user, topic: source, request: { lesson: new TextDecoder().decode(lesson), flavor: 'default' } };
  const job = { jobId, owner, title: source, language: undefined, listen: screen.listen, outFolder };
  const { writes, ...outlets } = storeOutlets(
    { store: opened.store, outbox: openOutbox(config), publicUrl, log, retryMilliseconds: PUBLISH_RETRY_MS },
    job,
  );
  return {
    ...outlets,
    async close() {
      const isWritten = await writes.settled(STORE_PATIENCE_MS);
      writes.stop();
      if (!isWritten) log.warn({ job: jobId }, 'The store lacks events of this job.');
      await opened.close();
    },
  };
}

async function readLesson(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${cause.code ?? 'unknown reason'}).`;
    throw new LecternError('lesson_unreadable', { message, fix: 'Name a Markdown file, such as examples/pythagoras.md.', cause });
  });
}
