import type { Plan, Section } from '../../shared/contract/plan.ts';
import type { PlanStart } from '../lesson/port.ts';
import { nextSection, sectionNumbers } from './plan.ts';
import type { Ports } from './ports.ts';
import { sectionFlow } from './section/section.ts';
import type { SectionOutcome } from './types.ts';

/** Plans the sections one after the other and makes them side by side: each begins as soon as it is planned. */
export async function makeSections(start: PlanStart, ports: Ports): Promise<{ plan: Plan; sections: SectionOutcome[] }> {
  const { outline } = start;
  const flow = sectionFlow(ports);
  const planned: Section[] = [];
  const making: Promise<SectionOutcome>[] = [];
  for (const section of sectionNumbers(outline)) {
    const content = await nextSection({ start, before: [...planned] }, ports);
    planned.push(content);
    const made = ports.engine.child(flow, `s${section}`, { outline, section, content });
    // It is waited for below, when all are under way: until then a failure of it waits, too.
    made.catch(() => {});
    making.push(made);
  }
  return { plan: { ...outline, sections: planned }, sections: await Promise.all(making) };
}
