import { noPlanner } from '../estimates/no-planner.ts';
import { readImageContext } from './image-context.ts';
import type { ApiParts, JobRequest } from './parts.ts';
import { Problem } from './problem.ts';
import type { JobBody } from './schemas.ts';

const MICRO_DOLLARS = 1_000_000;

/** What a body asks for, in our own words. @throws Problem `bad_image_context`, `no_planner` */
export function jobRequest({ flavors, topics }: Pick<ApiParts, 'flavors' | 'topics'>, body: JobBody): JobRequest {
  const { lesson, topic = '', quality, language, voice, config_flavor: flavor = flavors[0], max_dollars: maximum } = body;
  const imageContext = body.image_context === undefined ? undefined : readImageContext(body.image_context);
  if (lesson === undefined && !topics) {
    throw new Problem(422, noPlanner());
  }
  const wishes = {
    flavor,
    ...(quality !== undefined && { quality }),
    ...(language !== undefined && { language }),
    ...(voice !== undefined && { voice }),
    ...(maximum !== undefined && { capMicroDollars: Math.round(maximum * MICRO_DOLLARS) }),
  };
  return lesson === undefined ? { topic, ...wishes, ...(imageContext !== undefined && { imageContext }) } : { lesson, ...wishes };
}
