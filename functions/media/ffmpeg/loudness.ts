import { z } from 'zod';

/** What loudnorm measured in its first pass, in its own words, to be fed back in the second. */
const measureSchema = z.object({ input_i: z.string(), input_tp: z.string(), input_lra: z.string(), input_thresh: z.string(), target_offset: z.string() });
export type LoudnessMeasure = z.infer<typeof measureSchema>;

export const TARGET_LUFS = -16;
const HIGHEST_PEAK_DECIBELS = -1.5;
const TARGET = `I=${TARGET_LUFS}:TP=${HIGHEST_PEAK_DECIBELS}:LRA=11`;
/** Of full scale. */
const TAMED_PEAK = 0.35;
/**
 * Speech has peaks that a linear gain would lift over the limit, and loudnorm would turn to its dynamic mode: they are tamed first, in both
 * passes. The limiter looks 5 ms ahead and delays by as much, which is taken off again so that sound stays with picture.
 */
const TAMED = [
  'acompressor=threshold=-24dB:ratio=4:attack=5:release=80',
  'apad=pad_len=240',
  `alimiter=limit=${TAMED_PEAK}:attack=5:level=false`,
  'atrim=start=0.005',
  'asetpts=PTS-STARTPTS',
].join(',');

/** The filter of the first pass, whose figures stand at the end of standard error. */
const measuringFilter = `${TAMED},loudnorm=${TARGET}:print_format=json`;

/** The filter that brings narration to -16 LUFS (EBU R128, two passes). loudnorm answers at 192 kHz: the rate is set back. */
export function loudnessFilter(measure: LoudnessMeasure): string {
  const { input_i, input_tp, input_lra, input_thresh, target_offset } = measure;
  const measured = `measured_I=${input_i}:measured_TP=${input_tp}:measured_LRA=${input_lra}:measured_thresh=${input_thresh}:offset=${target_offset}`;
  return `${TAMED},loudnorm=${TARGET}:${measured}:linear=true,aresample=48000`;
}

/**
 * A gain that brings narration near its loudness while only its beginning is there to be measured: sound that has been heard cannot
 * be made louder any more. It never lifts what is tamed over the highest peak.
 */
export function steadyGainDecibels({ input_i }: LoudnessMeasure): number {
  const mostDecibels = HIGHEST_PEAK_DECIBELS - 20 * Math.log10(TAMED_PEAK);
  return Math.min(mostDecibels, TARGET_LUFS - Number(input_i));
}

/** The filter that applies it. What it answers depends on no sound that is more than 5 ms ahead. */
export const steadyGainFilter = (gainDecibels: number): string => `${TAMED},volume=${gainDecibels.toFixed(2)}dB`;

/** First pass over the narration of all sections, as `stitchFiles` lists it. */
export const narrationLoudnessArguments = (audioList: string): string[] =>
  ['-nostdin', '-hide_banner', '-nostats', '-f', 'concat', '-safe', '0', '-i', audioList, '-af', measuringFilter, '-f', 'null', '-'];

/** The loudness of a finished film, to be read by `parseLoudness`. */
export const filmLoudnessArguments = (film: string): string[] =>
  ['-nostdin', '-hide_banner', '-nostats', '-i', film, '-map', '0:a', '-af', `loudnorm=${TARGET}:print_format=json`, '-f', 'null', '-'];

/**
 * Reads loudnorm's figures from standard error; undefined for silence, which has no loudness.
 * @throws Error where there are none
 */
export function parseLoudnessMeasure(stderr: string): LoudnessMeasure | undefined {
  const json = /\{[^{}]*"input_i"[^{}]*\}/.exec(stderr)?.[0];
  if (json === undefined) throw new Error('loudnorm printed no figures');
  const measure = measureSchema.parse(JSON.parse(json));
  return Object.values(measure).every((figure) => Number.isFinite(Number(figure))) ? measure : undefined;
}

/** Integrated loudness in LUFS; undefined for silence. */
export function parseLoudness(stderr: string): number | undefined {
  const measure = parseLoudnessMeasure(stderr);
  return measure === undefined ? undefined : Number(measure.input_i);
}
