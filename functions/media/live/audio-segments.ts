import type { MediaSample } from './read-fragments.ts';
import { TARGET_SECONDS } from './target.ts';
import type { SegmentBytes } from './video-segments.ts';
import { fragmentBytes } from './write-fragment.ts';

export const AUDIO_RATE = 48_000;
/** Samples of an AAC packet. */
export const PACKET_SAMPLES = 1024;
/** The encoder's first packet says nothing of the sound: the one after it sounds from the film's start. */
const PRIMING_PACKETS = 1;
/**
 * An encoder looks ahead: the last packets of what is there are not those that it writes once more sound follows. Measured with
 * ffmpeg's own encoder, with noise that breaks off: up to three differ, the third where the last packet is nearly empty.
 */
const UNSETTLED_PACKETS = 3;
const PACKETS_A_SEGMENT = Math.floor((TARGET_SECONDS * AUDIO_RATE) / PACKET_SAMPLES);

/** What an encoder makes of so much sound: it pads the last packet, and puts one before the first. */
export const encodedPackets = (sampleCount: number): number => Math.ceil(sampleCount / PACKET_SAMPLES) + PRIMING_PACKETS;

/**
 * How many packets of the sound, the priming one left out, can be published: those that stay as they are whatever follows, and all at
 * the film's end.
 */
export const settledPackets = (sampleCount: number, isWhole: boolean): number =>
  Math.max(0, encodedPackets(sampleCount) - PRIMING_PACKETS - (isWhole ? 0 : UNSETTLED_PACKETS));

export const audioSeconds = (packets: number): number => (packets * PACKET_SAMPLES) / AUDIO_RATE;

export interface AudioPlace {
  /** Packets that are published already, and that shall be. */
  from: number;
  to: number;
  segmentsBefore: number;
}

/**
 * New packets of the film's one sound track as media segments of the target duration at most, of much the same length.
 * @param packets of all sound so far, as the encoder wrote them
 */
export function audioSegments(packets: MediaSample[], { from, to, segmentsBefore }: AudioPlace): SegmentBytes[] {
  const count = Math.ceil((to - from) / PACKETS_A_SEGMENT);
  const bound = (index: number): number => from + Math.round(((to - from) * index) / count);
  return Array.from({ length: count }, (_, index) => {
    const [first, end] = [bound(index), bound(index + 1)];
    const samples = packets
      .slice(first + PRIMING_PACKETS, end + PRIMING_PACKETS)
      .map(({ data }) => ({ data, durationTicks: PACKET_SAMPLES, compositionTicks: 0, isKey: true }));
    const bytes = fragmentBytes({ sequence: segmentsBefore + index + 1, decodeTicks: first * PACKET_SAMPLES, samples });
    return { bytes, seconds: audioSeconds(end - first) };
  });
}
