import { LecternError } from '../../../shared/errors.ts';
import type { Section } from '../../../shared/contract/plan.ts';
import { phase } from '../phase.ts';
import type { Ports } from '../ports.ts';
import type { SectionInput } from '../types.ts';

/** Phase 3: the Python of the section: the author's own where the lesson has it, else what the writer writes. */
export async function writeCode(input: SectionInput, ports: Pick<Ports, 'engine' | 'progress' | 'clock' | 'writer'>): Promise<string> {
  const section = sectionOf(input);
  if (section.sceneCode) return section.sceneCode.python;
  const named = { phase: 'code', section: input.section } as const;
  const made = await phase(named, ports, async () => ({
    value: await ports.writer.write(section, { plan: input.plan, section: input.section }),
    cached: false,
  }));
  return made.value;
}

/** The section that the input speaks of. */
export function sectionOf(input: SectionInput): Section {
  const section = input.plan.sections[input.section - 1];
  if (section) return section;
  throw new LecternError('no_such_section', {
    message: `The plan has ${input.plan.sections.length} sections, and no section ${input.section}.`,
    fix: 'Name a section that the plan has.',
  });
}
