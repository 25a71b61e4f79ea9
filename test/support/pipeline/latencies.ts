import { createHash } from 'node:crypto';
import { numbers } from '../durable/random.ts';

/** A latency of which the logarithm is normally distributed, with this standard deviation. */
interface LogNormal {
  medianSeconds: number;
  sigma: number;
}

/** What a film waits for, of those who plan, speak, write and draw. */
export type Awaited = 'outline' | 'plan' | 'narrate' | 'code' | 'render';

/** Proportions of real providers, at a third or so of their length. */
export const usualLatencies: Record<Awaited, LogNormal> = {
  outline: { medianSeconds: 3, sigma: 0.3 },
  plan: { medianSeconds: 0.7, sigma: 0.4 },
  narrate: { medianSeconds: 1.2, sigma: 0.4 },
  code: { medianSeconds: 4, sigma: 0.5 },
  render: { medianSeconds: 6, sigma: 0.5 },
};

/** Seconds that a part of a film waits for; the outline is of section 0. */
export type Latencies = (what: Awaited, section: number) => number;

/** Which latencies are drawn: how many times as long as usual, by which seed. */
export interface Drawing {
  seed: number;
  scale: number;
}

/** Latencies that are the same for a seed in whichever process and order they are asked for (Box and Muller 1958). */
export function drawnLatencies({ seed, scale }: Drawing): Latencies {
  return (what, section) => {
    const { medianSeconds, sigma } = usualLatencies[what];
    const random = numbers(createHash('sha256').update(`${seed} ${what} ${section}`).digest().readUInt32LE());
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return scale * medianSeconds * Math.exp(sigma * normal);
  };
}
