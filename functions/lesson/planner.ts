import type { Plan, Quality, Section, ThemeName } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { decodeLesson } from './decode.ts';
import { parseLesson } from './parse.ts';
import type { Planner } from './port.ts';

/** What the caller asks for on top of the lesson's own front matter. */
export interface LessonWishes {
  quality?: Quality;
  theme?: ThemeName;
  /** BCP 47. */
  language?: string;
  voice?: string;
  /** Only this section, 1-based. */
  section?: number;
}

/** The planner of a Markdown lesson: the author has planned it already. */
export function lessonPlanner(bytes: Uint8Array, fileName: string, wishes: LessonWishes): Planner {
  return {
    async start() {
      const plan = parseLesson(decodeLesson(bytes), { fileName });
      const { section, ...changes } = wishes;
      const sections = section === undefined ? plan.sections : [chosen(plan, section)];
      return { outline: { ...plan, ...changes, sections: sections.map(({ title }) => ({ title })) }, sections };
    },
    next: () => Promise.reject(new RangeError('all sections of a lesson are there from the start')),
  };
}

function chosen(plan: Plan, number: number): Section {
  const section = plan.sections[number - 1];
  if (section) return section;
  throw new LecternError('no_such_section', {
    message: `The lesson has ${plan.sections.length} sections, and no section ${number}.`,
    fix: `Name a section from 1 to ${plan.sections.length}.`,
  });
}
