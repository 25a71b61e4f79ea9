import { readFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { Quality, ThemeName } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { lessonAuthors, lessonMaterials } from '../compose.ts';
import { lessonPlanner } from '../lesson/planner.ts';
import { filmCommand, type FilmOptions } from './film.ts';

export interface LessonOptions extends FilmOptions {
  quality?: Quality;
  theme?: ThemeName;
  voice?: string;
  section?: number;
  /** Into the store as well, where the service finds it. */
  publish?: boolean;
}

/** `lectern lesson FILE`: answers the exit status. */
export function lessonCommand(file: string, options: LessonOptions): Promise<number> {
  return filmCommand(file, options, async () => {
    const { quality, theme, voice, section } = options;
    const wishes = { ...(quality && { quality }), ...(theme && { theme }), ...(voice && { voice }), ...(section && { section }) };
    const lesson = await readLesson(file);
    return {
      source: basename(file),
      name: basename(file, extname(file)),
      request: options.publish ? { lesson: new TextDecoder().decode(lesson), flavor: 'default' } : undefined,
      authors: lessonAuthors(lessonPlanner(lesson, basename(file), wishes)),
      materials: lessonMaterials(dirname(file)),
    };
  });
}

async function readLesson(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${cause.code ?? 'unknown reason'}).`;
    throw new LecternError('lesson_unreadable', { message, fix: 'Name a Markdown file, such as examples/pythagoras.md.', cause });
  });
}
