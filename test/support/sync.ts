/** Finds in a film's pixels and sound when things happen, to hold them against when they were meant to. */
import { runTool } from './media-tools.ts';

export const SAMPLE_RATE = 48_000;

export interface Crop {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface FrameFigure {
  seconds: number;
  value: number;
}

async function figures(film: string, key: 'YDIF' | 'YAVG', crop: Crop | undefined): Promise<FrameFigure[]> {
  const cropped = crop === undefined ? '' : `crop=${crop.width}:${crop.height}:${crop.x}:${crop.y},`;
  const filter = `${cropped}signalstats,metadata=print:key=lavfi.signalstats.${key}:file=-`;
  const { stdout } = await runTool('ffmpeg', ['-nostdin', '-v', 'error', '-i', film, '-map', '0:v:0', '-vf', filter, '-f', 'null', '-']);
  return Array.from(stdout.toString('utf8').matchAll(/pts_time:(\S+)\s+lavfi\.signalstats\.\w+=(\S+)/g), ([, seconds, value]) => ({ seconds: Number(seconds), value: Number(value) }));
}

/** Mean absolute change of luma from one frame to the next, above which something has appeared: in a region, and in the whole frame. */
const REGION_CHANGE = 0.3;
const FRAME_CHANGE = 0.02;
const QUIET_SECONDS = 0.2;

/** Times at which something appears in a part of the picture that has been still for 0.2 s. */
export async function visualOnsets(film: string, crop?: Crop): Promise<number[]> {
  const threshold = crop === undefined ? FRAME_CHANGE : REGION_CHANGE;
  const onsets: number[] = [];
  let lastChange = -Infinity;
  let first = true;
  for (const { seconds, value } of await figures(film, 'YDIF', crop)) {
    // The first frame has nothing before it to differ from.
    if (!first && value > threshold) {
      if (seconds - lastChange > QUIET_SECONDS) onsets.push(seconds);
      lastChange = seconds;
    }
    first = false;
  }
  return onsets;
}

/** Times of the first frame of each white flash. */
export async function flashTimes(film: string): Promise<number[]> {
  const bright = (await figures(film, 'YAVG', undefined)).map(({ seconds, value }) => ({ seconds, on: value > 200 }));
  return bright.filter(({ on }, index) => on && bright[index - 1]?.on !== true).map(({ seconds }) => seconds);
}

/** The sound of a file as a player would time it: gaps filled, from time 0. */
export async function soundOf(file: string): Promise<Float32Array> {
  const { stdout } = await runTool('ffmpeg', ['-nostdin', '-v', 'error', '-i', file, '-map', '0:a', '-af', `aresample=${SAMPLE_RATE}:async=1:first_pts=0`, '-ac', '1', '-f', 'f32le', '-']);
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length - (stdout.length % 4)));
}

/** Times at which sound begins after at least 0.2 s of silence. */
export function soundOnsets(samples: Float32Array, threshold = 0.1): number[] {
  const onsets: number[] = [];
  let lastLoud = -Infinity;
  samples.forEach((sample, index) => {
    if (Math.abs(sample) < threshold) return;
    if (index - lastLoud > QUIET_SECONDS * SAMPLE_RATE) onsets.push(index / SAMPLE_RATE);
    lastLoud = index;
  });
  return onsets;
}

/** Fast Fourier transform in place (Cooley and Tukey 1965, radix 2); `inverse` leaves out the division. */
function transform(real: Float64Array, imaginary: Float64Array, inverse: boolean): void {
  const length = real.length;
  for (let place = 1, mirrored = 0; place < length; place += 1) {
    let bit = length >> 1;
    for (; (mirrored & bit) !== 0; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (place >= mirrored) continue;
    [real[place], real[mirrored]] = [real[mirrored] as number, real[place] as number];
    [imaginary[place], imaginary[mirrored]] = [imaginary[mirrored] as number, imaginary[place] as number];
  }
  for (let size = 2; size <= length; size *= 2) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / size;
    for (let within = 0; within < size / 2; within += 1) {
      const cosine = Math.cos(angle * within);
      const sine = Math.sin(angle * within);
      for (let even = within; even < length; even += size) {
        const odd = even + size / 2;
        const turnedReal = (real[odd] as number) * cosine - (imaginary[odd] as number) * sine;
        const turnedImaginary = (real[odd] as number) * sine + (imaginary[odd] as number) * cosine;
        real[odd] = (real[even] as number) - turnedReal;
        imaginary[odd] = (imaginary[even] as number) - turnedImaginary;
        real[even] = (real[even] as number) + turnedReal;
        imaginary[even] = (imaginary[even] as number) + turnedImaginary;
      }
    }
  }
}

/** By how many seconds `heard` is later than `meant`: the peak of their cross-correlation. Negative where it is early. */
export function audioLagSeconds(heard: Float32Array, meant: Float32Array): number {
  const length = 2 ** Math.ceil(Math.log2(heard.length + meant.length));
  const spectrum = (samples: Float32Array): { real: Float64Array; imaginary: Float64Array } => {
    const real = new Float64Array(length);
    const imaginary = new Float64Array(length);
    real.set(samples);
    transform(real, imaginary, false);
    return { real, imaginary };
  };
  const a = spectrum(heard);
  const b = spectrum(meant);
  const real = a.real.map((value, index) => value * (b.real[index] as number) + (a.imaginary[index] as number) * (b.imaginary[index] as number));
  const imaginary = a.imaginary.map((value, index) => value * (b.real[index] as number) - (a.real[index] as number) * (b.imaginary[index] as number));
  transform(real, imaginary, true);
  let peak = 0;
  real.forEach((value, index) => {
    if (value > (real[peak] as number)) peak = index;
  });
  return (peak > length / 2 ? peak - length : peak) / SAMPLE_RATE;
}
