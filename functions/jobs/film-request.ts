import type { AcceptedRequest } from '../../shared/contract/request.ts';
import type { FilmRequest } from '../pipeline/types.ts';
import { SENT_LESSON } from './lesson-planner.ts';

/** What a job that was accepted asks of the pipeline. */
export function filmRequestOf({ jobId, request }: { jobId: string; request: AcceptedRequest }): FilmRequest {
  const name = 'film';
  if (!('again' in request)) return { jobId, source: request.topic ?? SENT_LESSON, name };
  const { of, section, sceneCode } = request.again;
  const source = section === undefined ? 'The film, joined anew' : `Section ${section}, once more`;
  return { jobId, source, name, again: { of, section, sceneCode } };
}
