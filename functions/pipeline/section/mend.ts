import { LecternError } from '../../../shared/errors.ts';
import type { SectionReport } from '../../../shared/contract/report.ts';
import { cardCode } from '../../lesson/card.ts';
import type { WrittenScene } from '../../lesson/port.ts';
import { type Made, phase } from '../phase.ts';
import type { SectionPorts } from '../ports.ts';
import type { SpokenSection, Take } from '../types.ts';
import { sceneTask } from './code.ts';
import { renderScene } from './render.ts';

export interface Mended extends Made<Take> {
  /** What the writer made of it, where it was asked. */
  mended: { scene: WrittenScene; take: Take } | undefined;
}

/**
 * Phase 6: what known fixes did not help is mended by its writer once, and drawn again. The take with the fewest faults is kept,
 * so that a scene that could be drawn is never lost to its mending.
 */
export async function mendScene(spoken: SpokenSection, first: Made<Take>, ports: SectionPorts): Promise<Mended> {
  const asIs = { ...first, mended: undefined };
  if (ports.writer.mend === undefined || spoken.content.sceneCode || !isFaulty(first.value.report)) return asIs;
  const scene = await askToMend(spoken, first.value, ports);
  if (scene === undefined) return asIs;
  const redrawn = await renderScene({ ...spoken, sceneCode: scene.sceneCode }, { phase: 'repair', step: 'redraw' }, ports);
  const best = faultsOfTake(redrawn.value) < faultsOfTake(first.value) ? redrawn : first;
  return { ...best, mended: { scene, take: redrawn.value } };
}

/**
 * When nothing else helped: a title card that holds while the narration is spoken.
 * @throws LecternError when not even that can be drawn, since then no section can
 */
export async function renderCard(spoken: SpokenSection, ports: SectionPorts): Promise<Take & { clipKey: string }> {
  const sceneCode = cardCode(spoken.content, spoken.narration.beats.length);
  const { value: take } = await renderScene({ ...spoken, sceneCode }, { phase: 'repair', step: 'card' }, ports);
  if (take.clipKey !== undefined) return { ...take, clipKey: take.clipKey };
  throw new LecternError('render_impossible', {
    message: `Not even a title card could be drawn for section ${spoken.section}: ${take.report.failure?.message ?? 'no reason given'}`,
    fix: 'npm run doctor tells what is missing on this machine.',
    retryable: true,
  });
}

async function askToMend(spoken: SpokenSection, take: Take, ports: SectionPorts): Promise<WrittenScene | undefined> {
  const { section } = spoken;
  try {
    const asked = await phase({ phase: 'repair', step: 'mend', section }, ports, async (signal) => {
      const value = await ports.writer.mend?.(sceneTask(spoken), take, signal);
      return { value, cached: value?.cached ?? false };
    });
    return asked.value;
  } catch (error) {
    if (!costsTheSection(error)) throw error;
    await ports.progress.tell({ type: 'warning', code: error.code, message: `Section ${section} could not be mended. ${error.message}`, section });
    return undefined;
  }
}

/** A model that does not answer, or not well, costs its section, not the film; so does a disk that has no room for a clip. */
export const costsTheSection = (error: unknown): error is LecternError =>
  error instanceof LecternError && (error.code.startsWith('llm_') || error.code === 'disk_full');

const isFaulty = ({ failure, geometry }: SectionReport): boolean => failure !== undefined || geometry.some(({ severity }) => severity === 'repair');

/** Grave faults before light ones, and no picture before any. */
const GRAVE = 1000;
const faultsOfTake = ({ clipKey, report }: Take): number =>
  clipKey === undefined ? Infinity : report.geometry.reduce((sum, { severity }) => sum + (severity === 'repair' ? GRAVE : 1), 0);
