/** Zero crossings of the sinc on each side: flat to 0.45 of the lower sample rate, images below -80 dB. */
const HALF_WIDTH = 24;
const KAISER_BETA = 8.6;
const CUTOFF = 0.94;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Modified Bessel function of the first kind and order zero, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

interface Filter {
  phases: Float64Array[];
  taps: number;
}

/** One row of weights for each place that an output sample can have between two input samples. */
function designFilter(up: number, down: number): Filter {
  const scale = Math.min(1, up / down) * CUTOFF;
  const reach = Math.ceil(HALF_WIDTH / scale);
  const taps = 2 * reach;
  const phases = Array.from({ length: up }, (_, phase) => {
    const row = new Float64Array(taps);
    let total = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = phase / up + reach - 1 - tap;
      const inside = 1 - (distance / reach) ** 2;
      const window = inside <= 0 ? 0 : bessel(KAISER_BETA * Math.sqrt(inside)) / bessel(KAISER_BETA);
      row[tap] = sinc(distance * scale) * window;
      total += row[tap] as number;
    }
    return row.map((weight) => weight / total);
  });
  return { phases, taps };
}

/**
 * Changes the sample rate by a windowed sinc in polyphase form (Kaiser window; Oppenheim and Schafer, Discrete-Time Signal
 * Processing, 4.6). Delays nothing: sample n of the input stands at the same time in the output.
 */
export function resample(samples: Int16Array, fromRate: number, toRate: number): Int16Array {
  if (fromRate === toRate) return samples.slice();
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  const { phases, taps } = designFilter(up, down);
  const output = new Int16Array(Math.round((samples.length * up) / down));
  for (let place = 0; place < output.length; place += 1) {
    const position = place * down;
    const row = phases[position % up] as Float64Array;
    const first = Math.floor(position / up) - taps / 2 + 1;
    let sum = 0;
    for (let tap = Math.max(0, -first); tap < taps && first + tap < samples.length; tap += 1) sum += (row[tap] as number) * (samples[first + tap] as number);
    output[place] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return output;
}
