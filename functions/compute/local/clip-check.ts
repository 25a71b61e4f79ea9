import { basename, dirname } from 'node:path';
import { z } from 'zod';
import type { RenderJob } from '../../../shared/contract/job.ts';
import type { MediaTool } from '../port.ts';

const probedSchema = z.object({
  format: z.object({ format_name: z.string() }),
  streams: z.array(z.object({
    codec_type: z.string(),
    codec_name: z.string(),
    profile: z.string().optional(),
    width: z.int().optional(),
    height: z.int().optional(),
    pix_fmt: z.string().optional(),
    r_frame_rate: z.string(),
    avg_frame_rate: z.string(),
    start_time: z.string().optional(),
    nb_read_frames: z.string().optional(),
    nb_read_packets: z.string().optional(),
  })),
});
type Probed = z.infer<typeof probedSchema>;

/** Demuxer and protocol are given, so that a playlist dressed up as a clip opens no other file. */
const probeArguments = (name: string): string[] => [
  '-v', 'error', '-protocol_whitelist', 'file', '-f', 'mov', '-count_frames', '-count_packets',
  '-show_entries', 'format=format_name:stream=codec_type,codec_name,profile,width,height,pix_fmt,r_frame_rate,avg_frame_rate,start_time,nb_read_frames,nb_read_packets',
  '-of', 'json', name,
];

/**
 * What is wrong with a clip that came out of a sandbox, or `undefined`. ffprobe decodes it, in a sandbox of its own, and the result is
 * held against the job: the clip is joined to others by stream copy, so it must be exactly what was asked for.
 */
export async function findClipFault(clipPath: string, { job, media, signal }: { job: RenderJob; media: MediaTool; signal: AbortSignal }): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await media.run({ program: 'ffprobe', args: probeArguments(basename(clipPath)), folder: dirname(clipPath) }, signal);
  if (exitCode !== 0 || stderr.trim() !== '') return 'The video cannot be decoded.';
  const parsed = probedSchema.safeParse(parseJson(stdout.toString('utf8')));
  return parsed.success ? compare(parsed.data, job) : 'The video has streams that cannot be read.';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of the first property that differs. */
function compare({ streams }: Probed, { profile, totalFrames }: RenderJob): string | undefined {
  const [video, ...others] = streams;
  if (video === undefined || others.length > 0) return `The video has ${streams.length} streams, and one was asked for.`;
  const rate = `${profile.framesPerSecond}/1`;
  const expected: [string, string, string | undefined][] = [
    ['type', 'video', video.codec_type],
    ['codec', 'h264', video.codec_name],
    ['profile', 'High', video.profile],
    ['pixel format', 'yuv420p', video.pix_fmt],
    ['size', `${profile.width}x${profile.height}`, `${video.width}x${video.height}`],
    ['frame rate', rate, video.r_frame_rate],
    ['average frame rate', rate, video.avg_frame_rate],
    ['number of frames', String(totalFrames), video.nb_read_frames],
    ['number of packets', String(totalFrames), video.nb_read_packets],
    ['start', '0', String(Number(video.start_time ?? 'NaN'))],
  ];
  const wrong = expected.find(([, wanted, found]) => wanted !== found);
  return wrong === undefined ? undefined : `The video's ${wrong[0]} is ${wrong[2] ?? 'missing'}, and ${wrong[1]} was asked for.`;
}
