import { z } from 'zod';

const segmentSchema = z.strictObject({ file: z.string(), seconds: z.number() });
export type Segment = z.infer<typeof segmentSchema>;

/** What players are told of a film before they ask for any of it. */
const liveFilmSchema = z.strictObject({
  width: z.int(),
  height: z.int(),
  framesPerSecond: z.int(),
  /** As RFC 6381 names it. */
  videoCodec: z.string(),
  language: z.string(),
  /** How many sections the film is going to have. */
  sections: z.int(),
});

/** A section that can be watched: written once, after everything that it names. */
const recordSchema = z.strictObject({
  film: liveFilmSchema,
  section: z.int(),
  clipKey: z.string(),
  audioKey: z.string(),
  frames: z.int(),
  /** Of the film's sound; absent for silence. */
  gainDecibels: z.number().optional(),
  /** Packets of sound that are published with it and before it. */
  audioPackets: z.int(),
  videoInit: z.string(),
  audioInit: z.string(),
  video: z.array(segmentSchema),
  audio: z.array(segmentSchema),
  captions: z.array(segmentSchema),
});
export type LiveRecord = z.infer<typeof recordSchema>;

export const recordName = (section: number): string => `section-${section}.json`;

export const recordBytes = (record: LiveRecord): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(record));

/** The sections that can be watched, from the film's first on, in order. @param known those that have been read before: records never change */
export async function readRecords(read: (name: string) => Promise<Uint8Array | undefined>, known: readonly LiveRecord[] = []): Promise<LiveRecord[]> {
  const records = [...known];
  for (;;) {
    const bytes = await read(recordName(records.length + 1));
    if (bytes === undefined) return records;
    records.push(recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes))));
  }
}

export const countOf = (records: LiveRecord[], kind: 'video' | 'audio' | 'captions'): number => records.reduce((sum, record) => sum + record[kind].length, 0);

export const framesOf = (records: LiveRecord[]): number => records.reduce((sum, { frames }) => sum + frames, 0);
