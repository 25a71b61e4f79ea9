import type { Phase } from '../../shared/contract/event.ts';
import type { Ports } from './ports.ts';

/** What a phase made, and whether it was found instead. */
export interface Made<T> {
  value: T;
  cached: boolean;
}

interface Named {
  phase: Phase;
  section?: number;
  /** What the engine knows the step by, where the phase has several. */
  step?: string;
}

/** Runs one phase as a step of the engine and tells when it starts and ends. */
export async function phase<T>(
  { step, ...named }: Named,
  ports: Pick<Ports, 'engine' | 'progress' | 'clock'>,
  work: (signal: AbortSignal) => Promise<Made<T>>,
): Promise<Made<T>> {
  const { engine, progress, clock } = ports;
  await progress.tell({ type: 'phase.started', ...named });
  const started = clock.seconds();
  const made = await engine.step([step ?? named.phase, named.section].filter(Boolean).join('-'), work);
  await progress.tell({ type: 'phase.finished', ...named, seconds: clock.seconds() - started, cached: made.cached });
  return made;
}
