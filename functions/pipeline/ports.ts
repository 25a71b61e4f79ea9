import type { Section, Plan } from '../../shared/contract/plan.ts';
import type { Artefacts, Workspace } from '../artefacts/port.ts';
import type { Clock } from '../clock/port.ts';
import type { FormulaCheck, MediaTool, Renderer } from '../compute/port.ts';
import type { Engine } from '../engine/port.ts';
import type { Materials } from '../materials/port.ts';
import type { Progress } from '../progress/port.ts';
import type { Publisher } from '../publish/port.ts';
import type { Speech } from '../speech/port.ts';

/** Turns what was asked for into a plan. */
export interface Planner {
  /** @throws LecternError, or LessonErrors with the line of each */
  plan(signal: AbortSignal): Promise<Plan>;
}

/** Writes the Python of a section. */
export interface SceneWriter {
  /** Names everything besides the section that decides the code. Part of cache keys. */
  readonly identity: string;
  write(section: Section, place: { plan: Plan; section: number }): Promise<string>;
}

/** Everything that the pipeline may reach. Each phase takes only the part that it uses. */
export interface Ports {
  engine: Engine;
  planner: Planner;
  writer: SceneWriter;
  speech: Speech;
  renderer: Renderer;
  formulas: FormulaCheck;
  media: MediaTool;
  materials: Materials;
  artefacts: Artefacts;
  workspace: Workspace;
  publisher: Publisher;
  progress: Progress;
  clock: Clock;
}
