/** About -50 dB of full scale: what lies below is heard as silence. */
const QUIET_AMPLITUDE = 104;
const WINDOW_SECONDS = 0.008;

interface Stretch {
  from: number;
  to: number;
}

function longestQuiet(samples: Int16Array, { from, to }: Stretch): Stretch | undefined {
  let best: Stretch | undefined;
  let start = from;
  for (let place = from; place <= to; place += 1) {
    const loud = place === to || Math.abs(samples[place] ?? 0) > QUIET_AMPLITUDE;
    if (!loud) continue;
    if (place > start && (best === undefined || place - start > best.to - best.from)) best = { from: start, to: place };
    start = place + 1;
  }
  return best;
}

function leastEnergy(samples: Int16Array, { from, to }: Stretch, width: number): number {
  let energy = 0;
  let least = Infinity;
  let found = Math.round((from + to) / 2);
  for (let place = from; place < to; place += 1) {
    energy += (samples[place] ?? 0) ** 2;
    if (place - width >= from) energy -= (samples[place - width] ?? 0) ** 2;
    if (place - from + 1 < width || energy >= least) continue;
    least = energy;
    found = place - Math.floor(width / 2);
  }
  return found;
}

/** The sample at which speech is best cut between two places: the middle of the longest silence, else where it is quietest. */
export function quietestSample(samples: Int16Array, between: Stretch, sampleRate: number): number {
  const width = Math.round(WINDOW_SECONDS * sampleRate);
  const quiet = longestQuiet(samples, between);
  if (quiet !== undefined && quiet.to - quiet.from >= width) return Math.round((quiet.from + quiet.to) / 2);
  return leastEnergy(samples, between, width);
}
