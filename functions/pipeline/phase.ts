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
  // Measured inside the step: it is told the same by whoever goes on with the job later.
  const { made, seconds } = await engine.step([step ?? named.phase, named.section].filter(Boolean).join('-'), async (signal) => {
    const started = clock.seconds();
    return { made: await work(signal), seconds: clock.seconds() - started };
  });
  await progress.tell({ type: 'phase.finished', ...named, seconds, cached: made.cached });
  return made;
}
