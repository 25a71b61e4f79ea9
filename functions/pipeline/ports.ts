import type { Artefacts, Workspace } from '../artefacts/port.ts';
import type { Clock } from '../clock/port.ts';
import type { FormulaCheck, MediaTool, Renderer } from '../compute/port.ts';
import type { Costs } from '../costs/port.ts';
import type { Engine, Room } from '../engine/port.ts';
import type { Planner, SceneWriter } from '../lesson/port.ts';
import type { LiveFiles } from '../live/port.ts';
import type { Materials } from '../materials/port.ts';
import type { Progress } from '../progress/port.ts';
import type { Publisher } from '../publish/port.ts';
import type { Archive, Records } from '../records/port.ts';
import type { Speech } from '../speech/port.ts';

/** Everything that the pipeline may reach. Each phase takes only the part that it uses. */
export interface Ports {
  engine: Engine;
  planner: Planner;
  writer: SceneWriter;
  speech: Speech;
  /** Narrates the whole film where `speech` stays down; the film fails where there is none. */
  speechInstead?: Speech;
  renderer: Renderer;
  formulas: FormulaCheck;
  media: MediaTool;
  materials: Materials;
  artefacts: Artefacts;
  workspace: Workspace;
  publisher: Publisher;
  /** Where the film can be watched while it is made, with the places for all films' work on that; absent where nobody watches. */
  live?: { files: LiveFiles; places: Room } | undefined;
  records: Records;
  /** Films that can be made again; absent where none are kept. */
  archive?: Archive | undefined;
  costs: Costs;
  progress: Progress;
  clock: Clock;
}

/** What one section's path reaches. */
export type SectionPorts = Pick<
  Ports,
  'engine' | 'progress' | 'clock' | 'speech' | 'writer' | 'renderer' | 'materials' | 'artefacts' | 'workspace' | 'records' | 'costs'
>;
