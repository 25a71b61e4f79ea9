import type { Outline } from '../../shared/contract/plan.ts';
import type { Planner } from '../lesson/port.ts';
import { planOutline } from './plan/outline.ts';
import { filmWishes } from './plan/outline-wishes.ts';
import type { TopicPlannerParts } from './plan/parts.ts';
import { sectionPlanner } from './plan/sections.ts';

/**
 * The planner of a topic: a model outlines the film, and then writes its sections in one streamed reply, each handed out as soon as
 * it is complete. It holds that reply open between calls of `next`, and needs no call of `start` before: after a crash another
 * process goes on from what is written.
 */
export function topicPlanner(parts: TopicPlannerParts): Planner {
  const { flavor, wishes } = parts;
  return {
    async start(signal) {
      const reply = await planOutline(parts, filmWishes(flavor, wishes), signal);
      const outline: Outline = {
        title: reply.title,
        language: wishes.language ?? reply.language,
        ...(wishes.voice === undefined ? {} : { voice: wishes.voice }),
        quality: wishes.quality ?? flavor.parameters.quality,
        theme: wishes.theme ?? flavor.parameters.theme,
        keywords: reply.keywords,
        ledger: reply.ledger,
        sections: reply.sections.map(({ goal, ...section }) => ({ ...section, ...(goal === '' ? {} : { goal }) })),
      };
      return { outline, sections: [] };
    },
    next: sectionPlanner(parts),
  };
}
