import { type Box, boxesIn, boxOn } from './boxes.ts';

/** One coded picture, or one packet of sound. */
export interface MediaSample {
  /** Its time of being shown less its time of being decoded, in ticks. */
  compositionTicks: number;
  durationTicks: number;
  /** Decoding can begin here. */
  isKey: boolean;
  data: Uint8Array<ArrayBuffer>;
}

export interface FragmentedTrack {
  /** What a decoder has to know before the first sample (`ftyp` and `moov`): an initialization segment. */
  init: Uint8Array<ArrayBuffer>;
  ticksPerSecond: number;
  samples: MediaSample[];
}

/** Flags of `tfhd` and `trun`, and of a sample (ISO/IEC 14496-12, sections 8.8.7, 8.8.8 and 8.8.3.1). */
const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 };
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
const IS_NO_KEY = 0x10000;

/**
 * Reads a fragmented MP4 of one track, as ffmpeg writes it with `empty_moov` and `default_base_moof`.
 * @throws RangeError where it is something else
 */
export function readFragments(bytes: Uint8Array<ArrayBuffer>): FragmentedTrack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = { start: 0, end: bytes.length };
  const boxes = boxesIn(view, whole);
  const first = boxes.find(({ type }) => type === 'moof');
  if (first === undefined) throw new RangeError('no fragment');
  const header = boxOn(view, 'moov/trak/mdia/mdhd', { start: 0, end: first.start });
  const isLong = view.getUint8(header.content) === 1;
  return {
    init: bytes.slice(0, first.start),
    ticksPerSecond: view.getUint32(header.content + (isLong ? 20 : 12)),
    samples: boxes.filter(({ type }) => type === 'moof').flatMap((moof) => samplesOf(bytes, view, moof)),
  };
}

interface Defaults {
  duration: number;
  size: number;
  flags: number;
}

function samplesOf(bytes: Uint8Array<ArrayBuffer>, view: DataView, moof: Box): MediaSample[] {
  const track = boxOn(view, 'traf', { start: moof.content, end: moof.end });
  const inTrack = { start: track.content, end: track.end };
  const defaults = defaultsOf(view, boxOn(view, 'tfhd', inTrack));
  return boxesIn(view, inTrack)
    .filter(({ type }) => type === 'trun')
    .flatMap((run) => samplesOfRun(bytes, view, { moof, run, defaults }));
}

function defaultsOf(view: DataView, { content }: Box): Defaults {
  const flags = view.getUint32(content) & 0xffffff;
  // Version and flags, then the track's id.
  let offset = content + 8 + (flags & TFHD.baseOffset ? 8 : 0) + (flags & TFHD.description ? 4 : 0);
  const next = (flag: number): number => {
    if ((flags & flag) === 0) return 0;
    offset += 4;
    return view.getUint32(offset - 4);
  };
  return { duration: next(TFHD.duration), size: next(TFHD.size), flags: next(TFHD.flags) };
}

function samplesOfRun(bytes: Uint8Array<ArrayBuffer>, view: DataView, { moof, run, defaults }: { moof: Box; run: Box; defaults: Defaults }): MediaSample[] {
  const flags = view.getUint32(run.content) & 0xffffff;
  const count = view.getUint32(run.content + 4);
  // Every sample has a byte at least: a count beyond that would only fill the memory.
  if (count > bytes.length) throw new RangeError('a run of more samples than there are bytes');
  let offset = run.content + 8;
  const next = (flag: number, otherwise: number): number => {
    if ((flags & flag) === 0) return otherwise;
    offset += 4;
    if (offset > run.end) throw new RangeError('a run of samples is cut off');
    return view.getUint32(offset - 4);
  };
  let data = moof.start + next(TRUN.dataOffset, moof.end - moof.start + 8);
  const firstFlags = next(TRUN.firstFlags, defaults.flags);
  const samples: MediaSample[] = [];
  for (let index = 0; index < count; index += 1) {
    const durationTicks = next(TRUN.duration, defaults.duration);
    const size = next(TRUN.size, defaults.size);
    const sampleFlags = next(TRUN.flags, index === 0 ? firstFlags : defaults.flags);
    // Signed where negative offsets are allowed, and below 2^31 where they are not.
    const compositionTicks = next(TRUN.composition, 0) | 0;
    if (data + size > bytes.length) throw new RangeError('a sample is cut off');
    samples.push({ compositionTicks, durationTicks, isKey: (sampleFlags & IS_NO_KEY) === 0, data: bytes.subarray(data, data + size) });
    data += size;
  }
  return samples;
}
