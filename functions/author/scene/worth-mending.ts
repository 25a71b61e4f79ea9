import type { RenderFailure, SectionReport } from '../../../shared/contract/report.ts';

/** Limits that only the scene itself can reach; what ran out of time or memory may have met a busy machine. */
const LIMITS_OF_THE_SCENE = ['Cpu', 'Output'];

export type Mending = { of: 'failure'; failure: RenderFailure } | { of: 'picture' };

/** What in a report a model can do something about: undefined where nothing is wrong, or nothing that scene code is to blame for. */
export function worthMending({ failure, geometry }: SectionReport, pictureFaults: number): Mending | undefined {
  if (failure) return isOfTheScene(failure) ? { of: 'failure', failure } : undefined;
  const grave = geometry.filter(({ severity }) => severity === 'repair').length;
  return pictureFaults > 0 && grave >= pictureFaults ? { of: 'picture' } : undefined;
}

const isOfTheScene = ({ kind, errorClass }: RenderFailure): boolean =>
  kind === 'code' || kind === 'tex' || (kind === 'limit' && LIMITS_OF_THE_SCENE.includes(errorClass));
