import type { JobRequest } from '../api/parts.ts';
import { lessonPlanner } from '../lesson/planner.ts';
import type { Planner } from '../lesson/port.ts';

/** What a lesson that came with a request is called where its file name would be told. */
export const SENT_LESSON = 'lesson.md';

/** The planner of a lesson that was sent with the request. */
export function sentLessonPlanner({ lesson, quality, language, voice }: Pick<JobRequest, 'quality' | 'language' | 'voice'> & { lesson: string }): Planner {
  const wishes = { ...(quality && { quality }), ...(language && { language }), ...(voice && { voice }) };
  return lessonPlanner(new TextEncoder().encode(lesson), SENT_LESSON, wishes);
}

const planned = () => Promise.reject(new RangeError('a film that is there has been planned'));
/** Of work on a film that is there. */
export const noPlan: Planner = { start: planned, next: planned };
