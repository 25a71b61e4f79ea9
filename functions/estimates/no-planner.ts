import { LecternError } from '../../shared/errors.ts';

/** A topic was given where there is no model to plan a film from it. */
export const noPlanner = (): LecternError =>
  new LecternError('no_planner', {
    message: 'Nothing here can plan a film from a topic.',
    fix: 'Give the lesson itself, in Markdown; or set ANTHROPIC_API_KEY where this is started.',
  });
