import { z } from 'zod';

const streamSchema = z.object({
  index: z.int(),
  codec_type: z.string(),
  codec_name: z.string().optional(),
  profile: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  pix_fmt: z.string().optional(),
  sample_aspect_ratio: z.string().optional(),
  color_range: z.string().optional(),
  color_space: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  r_frame_rate: z.string().optional(),
  time_base: z.string().optional(),
  sample_rate: z.string().optional(),
  channels: z.int().optional(),
  duration: z.string().optional(),
  nb_read_packets: z.string().optional(),
  disposition: z.record(z.string(), z.int()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const probeSchema = z.object({
  streams: z.array(streamSchema),
  chapters: z.array(z.object({ start_time: z.string(), end_time: z.string(), tags: z.object({ title: z.string() }).partial().optional() })).default([]),
  format: z.object({ duration: z.string().optional(), tags: z.record(z.string(), z.string()).optional() }),
});

export type ProbedStream = z.infer<typeof streamSchema>;

export interface Probe {
  streams: ProbedStream[];
  chapters: { title: string; startSeconds: number; endSeconds: number }[];
  durationSeconds: number | undefined;
}

/** Arguments of ffprobe that count every packet: headers can say what they like. */
export const probeArguments = (file: string): string[] =>
  ['-v', 'error', '-count_packets', '-show_streams', '-show_chapters', '-show_format', '-of', 'json', file];

/**
 * Reads what ffprobe printed.
 * @throws SyntaxError or ZodError where it is not ffprobe's JSON
 */
export function parseProbe(stdout: string): Probe {
  const { streams, chapters, format } = probeSchema.parse(JSON.parse(stdout));
  return {
    streams,
    chapters: chapters.map(({ start_time, end_time, tags }) => ({ title: tags?.title ?? '', startSeconds: Number(start_time), endSeconds: Number(end_time) })),
    durationSeconds: format.duration === undefined ? undefined : Number(format.duration),
  };
}

/** The picture of a film: its first video stream that is no cover. */
export const pictureOf = (probe: Probe): ProbedStream | undefined =>
  probe.streams.find((stream) => stream.codec_type === 'video' && stream.disposition?.['attached_pic'] !== 1);

/** How many frames a clip has, by its packets; x264's packets are one frame each. */
export const frameCount = (probe: Probe): number => Number(pictureOf(probe)?.nb_read_packets ?? 0);
