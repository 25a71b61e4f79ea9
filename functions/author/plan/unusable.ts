import { LecternError } from '../../../shared/errors.ts';

/** Why no film can be made of a plan, to whoever asked for one. */
export const unusable = (what: string): LecternError =>
  new LecternError('plan_unusable', {
    message: `No film can be made of this plan, although it was corrected: ${what}`,
    // Replies are kept: the same topic would find the same plan.
    fix: 'Put the topic in other words, or more narrowly; or choose another model for `plan` in the flavor’s parameters.',
  });
