import type { Outline } from '../../../shared/contract/plan.ts';
import { narrationLoudnessArguments, parseLoudnessMeasure } from '../../media/ffmpeg/loudness.ts';
import { liveGainDecibels, narrationList, soundFragmentsArguments } from '../../media/live/arguments.ts';
import { type FragmentedTrack, readFragments } from '../../media/live/read-fragments.ts';
import type { LiveRecord } from '../../media/live/record.ts';
import { runMedia } from '../media.ts';
import type { Ports } from '../ports.ts';
import { keptPath } from './note.ts';

/** The sound of a film's beginning, encoded as one track. */
export interface EncodedSound extends Pick<FragmentedTrack, 'init' | 'samples'> {
  /** Of the narrations in it, in their order. */
  audioKeys: string[];
  gainDecibels: number | undefined;
}

interface Encoding {
  outline: Outline;
  /** What can be watched already. */
  before: Pick<LiveRecord, 'audioKey' | 'gainDecibels'>[];
  /** Narrations that come next, of which the first is shown now. */
  audioKeys: string[];
  signal: AbortSignal;
}

type SoundPorts = Pick<Ports, 'artefacts' | 'workspace' | 'media'>;

/** Whether the first narrations of the sound are these. */
export const isSoundOf = (sound: EncodedSound | undefined, audioKeys: string[]): sound is EncodedSound =>
  sound !== undefined && audioKeys.every((key, index) => sound.audioKeys[index] === key);

/** Encodes the sound from the film's beginning to the last of the narrations. What comes last in it may sound on otherwise. */
export async function encodeSound({ outline, before, audioKeys, signal }: Encoding, ports: SoundPorts): Promise<EncodedSound> {
  const folder = await ports.workspace.folder('live-sound');
  const keys = [...before.map(({ audioKey }) => audioKey), ...audioKeys];
  const names = keys.map((_, index) => `narration-${index + 1}.wav`);
  for (const [index, key] of keys.entries()) await ports.workspace.place(folder, names[index] ?? '', await keptPath(key, ports));
  const listed = async (list: string, files: string[]): Promise<string> => (await ports.workspace.write(folder, list, narrationList(files)), list);
  const run = (args: string[]): Promise<string> => runMedia({ program: 'ffmpeg', args, folder }, ports, signal);

  const [first] = before;
  // Silence has no loudness, and is told as one.
  const measured = first === undefined && outline.voice !== 'silent';
  const measure = async (): Promise<number | undefined> =>
    liveGainDecibels(parseLoudnessMeasure(await run(narrationLoudnessArguments(await listed('first.ffconcat', names.slice(0, 1))))));
  const gainDecibels = measured ? await measure() : first?.gainDecibels;
  const output = 'sound.fragments.mp4';
  await run(soundFragmentsArguments({ list: await listed('narrations.ffconcat', names), gainDecibels, output }));
  const { init, samples } = readFragments(await ports.workspace.read(`${folder}/${output}`));
  return { init, samples, audioKeys: keys, gainDecibels };
}
