import type { Plan, Section } from '../../shared/contract/plan.ts';

/** Turns what was asked for into a plan. */
export interface Planner {
  /** @throws LecternError, or LessonErrors with the line of each */
  plan(signal: AbortSignal): Promise<Plan>;
}

/** Writes the Python of a section. */
export interface SceneWriter {
  write(section: Section, place: { plan: Plan; section: number }): Promise<string>;
}
