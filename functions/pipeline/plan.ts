import { LessonErrors, LecternError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { assetsOf, formulasOf } from '../lesson/needs.ts';
import { phase } from './phase.ts';
import type { Ports } from './ports.ts';

type Needed = Pick<Ports, 'engine' | 'progress' | 'clock' | 'planner' | 'materials' | 'formulas' | 'records'>;

/** Phase 1: what was asked for becomes a plan, and everything that would fail later is found before anything is bought. */
export async function planFilm(ports: Needed): Promise<Plan> {
  const { value: plan } = await phase({ phase: 'plan' }, ports, async (signal) => {
    const made = await ports.planner.plan(signal);
    const faults = [...(await missingAssets(made, ports)), ...(await faultyFormulas(made, ports, signal))];
    if (faults.length > 0) throw new LessonErrors(faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
    return { value: made, cached: false };
  });
  ports.records.planned(plan);
  await ports.progress.tell({
    type: 'plan.ready',
    title: plan.title,
    language: plan.language,
    quality: plan.quality,
    sections: plan.sections.map(({ title, beats }, index) => ({ section: index + 1, title, beats: beats.length })),
  });
  return plan;
}

async function missingAssets(plan: Plan, { materials }: Pick<Needed, 'materials'>): Promise<LecternError[]> {
  const faults: LecternError[] = [];
  for (const { name, line } of assetsOf(plan)) {
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

async function faultyFormulas(plan: Plan, { formulas }: Pick<Needed, 'formulas'>, signal: AbortSignal): Promise<LecternError[]> {
  const needed = formulasOf(plan);
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
