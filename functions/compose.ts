import { join } from 'node:path';
import type { JobEvent } from '../shared/contract/event.ts';
import type { SandboxClaims } from '../shared/contract/sandbox.ts';
import type { LecternError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import { folderArtefacts } from './artefacts/folder.ts';
import { sharedArtefacts, type SharedObjects } from './artefacts/shared.ts';
import { openWorkspace } from './artefacts/workspace.ts';
import { systemClock } from './clock/system.ts';
import { memoryCosts } from './costs/memory.ts';
import type { Costs } from './costs/port.ts';
import { type Compute, openCompute } from './compose-compute.ts';
import { openSpeech } from './compose-speech.ts';
import type { Config, ProviderConfig } from './config.ts';
import { inProcessEngine } from './engine/in-process.ts';
import type { Engine, Room } from './engine/port.ts';
import { room } from './engine/room.ts';
import { checkImage } from './lesson/image-check.ts';
import type { Planner } from './lesson/port.ts';
import { templateWriter } from './lesson/template-writer.ts';
import { folderMaterials } from './materials/folder.ts';
import { noMaterials } from './materials/none.ts';
import type { Ports } from './pipeline/ports.ts';
import { eventLog } from './progress/event-log.ts';
import type { Progress } from './progress/port.ts';
import { folderPublisher } from './publish/folder.ts';
import type { Publisher } from './publish/port.ts';
import { noRecords } from './records/none.ts';
import type { Archive, Records } from './records/port.ts';
import type { Log } from './telemetry/port.ts';

/** What all jobs of a process share. */
export interface Workshop {
  ports: Pick<Ports, 'speech' | 'speechInstead' | 'media' | 'artefacts' | 'clock'>;
  compute: Compute;
  /** For sections of all jobs. */
  places: Room;
}

export interface WorkshopWishes {
  providers: ProviderConfig;
  renderLimitSeconds?: number | undefined;
  unsafeNoSandbox?: boolean;
  log: () => Log | Promise<Log>;
}

export async function openWorkshop(config: Config, { providers, renderLimitSeconds, unsafeNoSandbox = false, log }: WorkshopWishes): Promise<Workshop> {
  const compute = await openCompute(config, { renderLimitSeconds, unsafeNoSandbox, log });
  const artefacts = folderArtefacts(join(config.dataFolder, 'artefacts'));
  return {
    ports: { ...openSpeech(config, providers), media: compute.media, artefacts, clock: systemClock },
    compute,
    places: room(compute.sectionsAtOnce),
  };
}

/** What workers on other hosts share. */
export interface Sharing {
  config: Config;
  objects: SharedObjects | undefined;
  sandboxes: SandboxClaims;
  log: Pick<Log, 'warn'>;
}

/** The workshop, whose artefacts and sandboxes are those of workers on other hosts as well. */
export function sharingWorkshop(own: Workshop, { config, objects, sandboxes, log }: Sharing): Workshop {
  const workshop = { ...own, compute: own.compute.sharing(sandboxes) };
  if (objects === undefined) return workshop;
  const parts = { folder: workshop.ports.artefacts, objects, scratchFolder: join(config.dataFolder, 'fetched') };
  const artefacts = sharedArtefacts({ ...parts, onTrouble: (note, error) => log.warn({ error }, note) });
  return { ...workshop, ports: { ...workshop.ports, artefacts } };
}

/** What those who plan and write may reach. */
export interface AuthorReach extends Pick<Ports, 'costs' | 'artefacts' | 'workspace' | 'media' | 'formulas' | 'progress'> {
  signal: AbortSignal;
}

/** Who plans and writes a film, once it is known what they may reach. */
export type Authors = (reach: AuthorReach) => Pick<Ports, 'planner' | 'writer'>;

/** Of a Markdown lesson: its author has planned it, and blocks draw it. */
export const lessonAuthors = (planner: Planner): Authors => () => ({ planner, writer: templateWriter });

/** Of a film that nobody here can plan: its job ends with the reason. */
export const noAuthors = (reason: LecternError): Authors => lessonAuthors({ start: () => Promise.reject(reason), next: () => Promise.reject(reason) });

/** Where what a job tells and makes goes. */
export interface Outlets {
  progress: Progress;
  records: Records;
  costs: Costs;
  publisher: Publisher;
  /** Absent where no films are kept. */
  archive?: Archive;
}

export interface JobParts extends Outlets {
  config: Config;
  jobId: string;
  workshop: Workshop;
  authors: Authors;
  materials: Ports['materials'];
  /** Where the film is shown while it is made. */
  live?: Ports['live'];
  signal: AbortSignal;
  /** Aborted when another process goes on with the job. */
  handedOver?: AbortSignal;
  /** Runs everything in this process where absent. */
  engine?: Engine;
  keepWork?: boolean;
}

export interface ComposedPorts {
  ports: Ports;
  workFolder: string;
  /** Removes the working folders. */
  close: () => Promise<void>;
}

/** Everything that makes one film. */
export async function composeJob(parts: JobParts): Promise<ComposedPorts> {
  const { config, workshop, authors, materials, progress, records, costs, publisher, archive, live, signal } = parts;
  const workspace = await openWorkspace(config.workFolder, parts.keepWork ?? false);
  const engine = parts.engine ?? inProcessEngine(workshop.places, signal);
  const drawing = await workshop.compute.forJob({ jobId: parts.jobId, costs, handedOver: parts.handedOver ?? new AbortController().signal });
  const { renderer, formulas } = drawing;
  const { planner, writer } = authors({ ...workshop.ports, formulas, costs, workspace, progress, signal });
  const ports = { ...workshop.ports, renderer, formulas, engine, planner, writer, materials, workspace, progress, records, costs, publisher, archive, live };
  return { ports, workFolder: workspace.path, close: () => drawing.close().finally(() => workspace.close()) };
}

/** Of a film that is drawn from no files. */
export const noLessonMaterials: Ports['materials'] = noMaterials;

/** The files that stand beside a lesson on this host. */
export const lessonMaterials = (folder: string): Ports['materials'] =>
  folderMaterials(folder, { maximumBytes: limits.imageBytes, checkContent: checkImage });

/** A film into a folder, its events to whoever listens, and nothing else anywhere. */
export function folderOutlets(jobId: string, outFolder: string, listen: (event: JobEvent) => void): Outlets {
  const progress = eventLog(jobId, () => systemClock.now(), [listen]);
  return { progress, records: noRecords, costs: memoryCosts(), publisher: folderPublisher(outFolder) };
}
