import type { LoudnessMeasure } from '../../functions/media/ffmpeg/loudness.ts';

/** What a first pass says of sound of this loudness. */
export const loudnessMeasureOf = (lufs: number): LoudnessMeasure => ({ input_i: String(lufs), input_tp: '-9', input_lra: '3', input_thresh: '-30', target_offset: '0' });
