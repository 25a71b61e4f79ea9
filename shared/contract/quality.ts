import type { EncoderProfile } from './job.ts';
import type { Quality } from './plan.ts';

const encoder = { preset: 'superfast', keyframeSeconds: 2 };

/**
 * The locked encoder profile of each quality: clips of one profile join without being encoded again. The quantisers hold for the
 * settings that `clip-profile.ts` and the renderer add, and were chosen by measurement.
 */
export const encoderProfiles: Record<Quality, EncoderProfile> = {
  preview: { width: 854, height: 480, framesPerSecond: 15, quantiser: 25, ...encoder },
  standard: { width: 1280, height: 720, framesPerSecond: 30, quantiser: 28, ...encoder },
  final: { width: 1920, height: 1080, framesPerSecond: 60, quantiser: 28, ...encoder },
};
