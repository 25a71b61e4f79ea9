import { LecternError } from '../../../shared/errors.ts';

/** Why no film can be made of a plan, to whoever asked for one. */
export const unusable = (what: string): LecternError =>
  new LecternError('plan_unusable', {
    message: `The plan does not hold, also after it was corrected once: ${what}`,
    fix: 'Run it again, put the topic more narrowly, or choose another model for `plan` in the flavor’s parameters.',
    retryable: true,
  });
