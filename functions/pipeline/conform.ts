import type { EncoderProfile } from '../../shared/contract/job.ts';
import { clipMismatch, encodeArguments } from '../media/ffmpeg/clip-profile.ts';
import { parseProbe, probeArguments } from '../media/ffmpeg/probe.ts';
import { runMedia } from './media.ts';
import type { Ports } from './ports.ts';

export interface PlacedClip {
  folder: string;
  clip: string;
  section: number;
  frames: number;
  profile: EncoderProfile;
}

/** Makes sure that a clip joins the others by stream copy: one that differs is encoded again, and it is said. */
export async function conform(placed: PlacedClip, ports: Pick<Ports, 'media' | 'progress' | 'workspace'>, signal: AbortSignal): Promise<void> {
  const { section } = placed;
  const mismatch = await encodedAnew(placed, ports, signal);
  if (mismatch === undefined) return;
  await ports.progress.tell({ type: 'warning', code: 'clip_encoded_again', message: `The clip of section ${section} was encoded again: ${mismatch}.`, section });
}

/** The same without a word; answers why it was done, where it was. */
export async function encodedAnew(placed: PlacedClip, ports: Pick<Ports, 'media' | 'workspace'>, signal: AbortSignal): Promise<string | undefined> {
  const { folder, clip, frames, profile } = placed;
  const probe = parseProbe(await runMedia({ program: 'ffprobe', args: probeArguments(clip), folder }, ports, signal));
  const mismatch = clipMismatch(probe, { profile, frames });
  if (mismatch !== undefined) await encodeAgain(placed, ports, signal);
  return mismatch;
}

export async function encodeAgain({ folder, clip, frames, profile }: PlacedClip, ports: Pick<Ports, 'media' | 'workspace'>, signal: AbortSignal): Promise<void> {
  const encoded = `again-${clip}`;
  await runMedia({ program: 'ffmpeg', args: encodeArguments({ input: clip, output: encoded }, { profile, frames }), folder }, ports, signal);
  await ports.workspace.place(folder, clip, `${folder}/${encoded}`);
}
