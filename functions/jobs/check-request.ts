import { LecternError, LessonErrors } from '../../shared/errors.ts';
import type { JobRequest } from '../api/parts.ts';
import { assetsOf } from '../lesson/needs.ts';
import type { PlanStart } from '../lesson/port.ts';
import type { Materials } from '../materials/port.ts';
import { sentLessonPlanner } from './lesson-planner.ts';

/**
 * What the film of a request will be called, and its language.
 * @throws LecternError or LessonErrors where no film can be made of it
 */
export async function checkRequest(request: JobRequest, materials: Materials): Promise<{ title: string; language: string }> {
  if (request.lesson === undefined) return { title: request.topic, language: request.language ?? 'en' };
  const start = await sentLessonPlanner(request).start(new AbortController().signal);
  await findMaterials(start, materials);
  return { title: start.outline.title, language: start.outline.language };
}

/** @throws LessonErrors with the lines that name files which are not there */
async function findMaterials(start: PlanStart, materials: Materials): Promise<void> {
  const faults: LecternError[] = [];
  for (const { name, line } of assetsOf(start)) {
    await materials.pathOf(name).catch((error: unknown) => {
      if (!(error instanceof LecternError)) throw error;
      const { code, message, fix, retryable } = error;
      faults.push(new LecternError(code, { message, fix, retryable, line, cause: error }));
    });
  }
  if (faults.length > 0) throw new LessonErrors(faults);
}
