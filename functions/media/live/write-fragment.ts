import { box, words } from './boxes.ts';
import type { MediaSample } from './read-fragments.ts';

export interface Fragment {
  /** Counts from 1 in a track. */
  sequence: number;
  /** When its first sample is decoded, in ticks since the film's start. */
  decodeTicks: number;
  samples: MediaSample[];
}

const TRACK = 1;
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** Data offset, and for each sample duration, size, flags and composition offset. */
const RUN_FLAGS = 0xf01;
const KEY = 0x02000000;
const NO_KEY = 0x01010000;

/** A media segment of one fragment (`moof` and `mdat`, ISO/IEC 14496-12, section 8.8). */
export function fragmentBytes({ sequence, decodeTicks, samples }: Fragment): Uint8Array<ArrayBuffer> {
  const rows = samples.flatMap(({ durationTicks, data, isKey, compositionTicks }) => [durationTicks, data.length, isKey ? KEY : NO_KEY, compositionTicks]);
  const moof = (dataOffset: number): Uint8Array<ArrayBuffer> =>
    box(
      'moof',
      box('mfhd', words(0, sequence)),
      box(
        'traf',
        box('tfhd', words(DEFAULT_BASE_IS_MOOF, TRACK)),
        box('tfdt', words(0x01000000, Math.floor(decodeTicks / 2 ** 32), decodeTicks % 2 ** 32)),
        // Version 1, so that composition offsets may be negative: pictures are shown from the segment's first tick on.
        box('trun', words(0x01000000 + RUN_FLAGS, samples.length, dataOffset, ...rows)),
      ),
    );
  const dataOffset = moof(0).length + 8;
  const media = box('mdat', ...samples.map(({ data }) => data));
  const bytes = new Uint8Array(dataOffset - 8 + media.length);
  bytes.set(moof(dataOffset));
  bytes.set(media, dataOffset - 8);
  return bytes;
}
