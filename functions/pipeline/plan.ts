import { LessonErrors, LecternError } from '../../shared/errors.ts';
import type { Outline, Section } from '../../shared/contract/plan.ts';
import { assetsOf, formulasOf } from '../lesson/needs.ts';
import type { PlanStart } from '../lesson/port.ts';
import { phase } from './phase.ts';
import type { Ports } from './ports.ts';

type Needed = Pick<Ports, 'engine' | 'progress' | 'clock' | 'planner' | 'materials' | 'formulas' | 'records'>;

/** Phase 1, first part: what the film is to be. What would fail later is found before anything is bought. */
export async function startPlan(ports: Needed): Promise<PlanStart> {
  const { value: start } = await phase({ phase: 'plan' }, ports, async (signal) => {
    const made = await ports.planner.start(signal);
    const faults = [...(await missingAssets(made, ports)), ...(await faultyFormulas(made, ports, signal))];
    if (faults.length > 0) throw new LessonErrors(faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
    return { value: made, cached: false };
  });
  const { outline, sections } = start;
  ports.records.planned(outline);
  await ports.progress.tell({
    type: 'plan.ready',
    title: outline.title,
    language: outline.language,
    quality: outline.quality,
    sections: outline.sections.map(({ title, seconds }, index) => ({
      section: index + 1,
      title,
      ...(sections[index] ? { beats: sections[index].beats.length } : seconds !== undefined && { seconds }),
    })),
  });
  return start;
}

/** Phase 1, second part: the section that comes after those given, as soon as it is written. */
export async function nextSection(place: { start: PlanStart; before: Section[] }, ports: Needed): Promise<Section> {
  const { start, before } = place;
  const ready = start.sections[before.length];
  if (ready) return ready;
  const made = await phase({ phase: 'plan', section: before.length + 1 }, ports, async (signal) => ({
    value: await ports.planner.next({ outline: start.outline, before }, signal),
    cached: false,
  }));
  return made.value;
}

/** The numbers of the sections that are to be, from 1. */
export const sectionNumbers = ({ sections }: Outline): number[] => sections.map((_, index) => index + 1);

async function missingAssets(start: PlanStart, { materials }: Pick<Needed, 'materials'>): Promise<LecternError[]> {
  const faults: LecternError[] = [];
  for (const { name, line } of assetsOf(start)) {
    try {
      await materials.pathOf(name);
    } catch (error) {
      if (!(error instanceof LecternError)) throw error;
      const { code, message, fix, retryable } = error;
      faults.push(new LecternError(code, { message, fix, retryable, line, cause: error }));
    }
  }
  return faults;
}

async function faultyFormulas(start: PlanStart, { formulas }: Pick<Needed, 'formulas'>, signal: AbortSignal): Promise<LecternError[]> {
  const needed = formulasOf(start);
  const faulty = await formulas.check([...new Set(needed.map(({ tex }) => tex))], signal);
  const messages = new Map(faulty.map(({ formula, message }) => [formula, message]));
  return needed
    .filter(({ tex }) => messages.has(tex))
    .map(
      ({ tex, line }) =>
        new LecternError('latex', {
          message: `LaTeX cannot set “${tex}”: ${messages.get(tex)}`,
          fix: 'Mend the formula. Every opened brace or environment has to be closed, and commands have to exist in amsmath, amssymb or mathtools.',
          line,
        }),
    );
}
