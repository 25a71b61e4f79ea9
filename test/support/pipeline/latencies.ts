import { createHash } from 'node:crypto';
import { numbers } from '../durable/random.ts';

/** A latency that is log-normal: the logarithm of it has a normal distribution with this standard deviation. */
export interface LogNormal {
  medianSeconds: number;
  sigma: number;
}

/** What a film waits for, of those who plan, speak, write and draw. */
export const awaited = ['outline', 'plan', 'narrate', 'code', 'render'] as const;
export type Awaited = (typeof awaited)[number];

/** The usual parameters: the proportions of real providers, at a third or so of their length. */
export const usualLatencies: Record<Awaited, LogNormal> = {
  outline: { medianSeconds: 3, sigma: 0.3 },
  plan: { medianSeconds: 0.7, sigma: 0.4 },
  narrate: { medianSeconds: 1.2, sigma: 0.4 },
  code: { medianSeconds: 4, sigma: 0.5 },
  render: { medianSeconds: 6, sigma: 0.5 },
};

/** Seconds that a part of a film waits for; the outline is of section 0. */
export type Latencies = (what: Awaited, section: number) => number;

/** Latencies that are the same for a seed in whichever process and order they are asked for (Box and Muller 1958). */
export function drawnLatencies(seed: number, parameters: Record<Awaited, LogNormal> = usualLatencies): Latencies {
  return (what, section) => {
    const { medianSeconds, sigma } = parameters[what];
    const random = numbers(createHash('sha256').update(`${seed} ${what} ${section}`).digest().readUInt32LE());
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return medianSeconds * Math.exp(sigma * normal);
  };
}
