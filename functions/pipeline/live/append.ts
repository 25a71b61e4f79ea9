import type { Outline } from '../../../shared/contract/plan.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { LecternError } from '../../../shared/errors.ts';
import type { LiveFiles } from '../../live/port.ts';
import { clipFragmentsArguments } from '../../media/live/arguments.ts';
import { AUDIO_RATE, audioSegments, settledPackets } from '../../media/live/audio-segments.ts';
import { captionSegment, placedCues } from '../../media/live/caption-segments.ts';
import { videoCodec } from '../../media/live/codec.ts';
import { readFragments } from '../../media/live/read-fragments.ts';
import { countOf, framesOf, type LiveRecord, recordBytes, recordName, type Segment } from '../../media/live/record.ts';
import { type SectionPlace, type SegmentBytes, videoSegments } from '../../media/live/video-segments.ts';
import { encodeAgain, encodedAnew, type PlacedClip } from '../conform.ts';
import { bytesKey } from '../content-key.ts';
import { runMedia } from '../media.ts';
import type { Ports } from '../ports.ts';
import { keptPath, type ReadySection } from './note.ts';
import { encodeSound, type EncodedSound, isSoundOf } from './sound.ts';

export interface Appending {
  outline: Outline;
  /** What can be watched already: all sections before this one. */
  before: LiveRecord[];
  ready: ReadySection;
  /** Narrations of sections after it that are finished, too: they are encoded with its own. */
  audioKeysAfter: string[];
  /** Sound that was encoded with an earlier section. */
  encoded: EncodedSound | undefined;
  files: LiveFiles;
  signal: AbortSignal;
}

type AppendPorts = Pick<Ports, 'artefacts' | 'workspace' | 'media'>;

/**
 * Adds the next section to what can be watched: its segments first, then the record that names them. Done twice, by this process or by
 * another, it comes to the same files, and to one record. Answers the sound that it was cut from.
 */
export async function appendSection(appending: Appending, ports: AppendPorts): Promise<EncodedSound> {
  const { outline, before, ready, files } = appending;
  const { clipKey, audioKey, frames, section } = ready;
  const folder = await ports.workspace.folder(`live-${section}`);
  // Side by side: whoever waits for the first section waits for both.
  const [picture, encoded] = await Promise.all([pictureOf(appending, folder, ports), encodedSound(appending, ports)]);
  const sound = soundOf(appending, encoded);
  const { width, height, framesPerSecond } = encoderProfiles[outline.quality];
  const record: LiveRecord = {
    film: { width, height, framesPerSecond, videoCodec: videoCodec(picture.init), language: outline.language, sections: outline.sections.length },
    ...{ section, clipKey, audioKey, frames },
    ...(sound.gainDecibels !== undefined && { gainDecibels: sound.gainDecibels }),
    audioPackets: sound.packets,
    videoInit: await put(files, { kind: 'video-init', ending: 'mp4', bytes: picture.init }),
    audioInit: await put(files, { kind: 'audio-init', ending: 'mp4', bytes: sound.init }),
    video: await putAll(files, { kind: 'video', ending: 'm4s', segments: picture.segments }),
    audio: await putAll(files, { kind: 'audio', ending: 'm4s', segments: sound.segments }),
    captions: await putAll(files, { kind: 'captions', ending: 'vtt', segments: captionsOf(ready, { before, framesPerSecond, pictures: picture.segments }) }),
  };
  await files.create(recordName(section), recordBytes(record));
  return encoded;
}

interface Track {
  init: Uint8Array<ArrayBuffer>;
  segments: SegmentBytes[];
}

async function pictureOf({ outline, before, ready, signal }: Appending, folder: string, ports: AppendPorts): Promise<Track> {
  const { section, frames, clipKey } = ready;
  const profile = encoderProfiles[outline.quality];
  const placed: PlacedClip = { folder, clip: 'clip.mp4', section, frames, profile };
  await ports.workspace.place(folder, placed.clip, await keptPath(clipKey, ports));
  await encodedAnew(placed, ports, signal);
  const place: SectionPlace = { startFrame: framesOf(before), frames, framesPerSecond: profile.framesPerSecond, segmentsBefore: countOf(before, 'video') };
  const segmented = async (): Promise<{ init: Track['init']; segments: SegmentBytes[] | undefined }> => {
    const output = 'clip.fragments.mp4';
    await runMedia({ program: 'ffmpeg', args: clipFragmentsArguments({ clip: placed.clip, framesPerSecond: profile.framesPerSecond, output }), folder }, ports, signal);
    const track = readFragments(await ports.workspace.read(`${folder}/${output}`));
    return { init: track.init, segments: videoSegments(track, place) };
  };
  const { init, segments } = await segmented();
  if (segments !== undefined) return { init, segments };
  await encodeAgain(placed, ports, signal);
  const again = await segmented();
  if (again.segments !== undefined) return { init: again.init, segments: again.segments };
  const message = `The clip of section ${section} cannot be cut into segments.`;
  throw new LecternError('clip_uncut', { message, fix: 'The film itself is not concerned: watch it when it is finished.' });
}

interface Sound extends Track {
  gainDecibels: number | undefined;
  /** Published with this section and before it. */
  packets: number;
}

/** Where sections are finished faster than they are shown, all that wait are encoded together: alone, each would cost as much as all before it. */
async function encodedSound({ outline, before, ready, audioKeysAfter, encoded, signal }: Appending, ports: AppendPorts): Promise<EncodedSound> {
  if (isSoundOf(encoded, [...before, ready].map(({ audioKey }) => audioKey))) return encoded;
  return encodeSound({ outline, before, audioKeys: [ready.audioKey, ...audioKeysAfter], signal }, ports);
}

function soundOf({ outline, before, ready }: Appending, { init, samples, gainDecibels }: EncodedSound): Sound {
  const { framesPerSecond } = encoderProfiles[outline.quality];
  const sampleCount = Math.round(((framesOf(before) + ready.frames) / framesPerSecond) * AUDIO_RATE);
  const from = before.at(-1)?.audioPackets ?? 0;
  const packets = Math.max(from, settledPackets(sampleCount, ready.section === outline.sections.length));
  return { init, gainDecibels, packets, segments: audioSegments(samples, { from, to: packets, segmentsBefore: countOf(before, 'audio') }) };
}

interface CaptionPlace {
  before: LiveRecord[];
  framesPerSecond: number;
  /** Captions are cut where the picture is. */
  pictures: SegmentBytes[];
}

function captionsOf({ cues }: ReadySection, { before, framesPerSecond, pictures }: CaptionPlace): SegmentBytes[] {
  let startSeconds = framesOf(before) / framesPerSecond;
  const placed = placedCues(cues, Math.round(startSeconds * 1000));
  return pictures.map(({ seconds }) => {
    const endSeconds = startSeconds + seconds;
    const text = captionSegment(placed, { startMilliseconds: startSeconds * 1000, endMilliseconds: endSeconds * 1000 });
    startSeconds = endSeconds;
    return { bytes: new TextEncoder().encode(text), seconds };
  });
}

const NAME_DIGITS = 20;

/** The name says what is in it, so that two who write differently never write over each other. */
async function put(files: LiveFiles, { kind, ending, bytes }: { kind: string; ending: string; bytes: Uint8Array<ArrayBuffer> }): Promise<string> {
  const name = `${kind}-${(await bytesKey(bytes)).slice(0, NAME_DIGITS)}.${ending}`;
  await files.put(name, bytes);
  return name;
}

async function putAll(files: LiveFiles, { segments, ...named }: { kind: string; ending: string; segments: SegmentBytes[] }): Promise<Segment[]> {
  const published: Segment[] = [];
  for (const { bytes, seconds } of segments) published.push({ file: await put(files, { ...named, bytes }), seconds });
  return published;
}
