/** Films of known pictures and sound, shown while they are “made” by the pipeline's own hand. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderArtefacts } from '../../functions/artefacts/folder.ts';
import { openWorkspace } from '../../functions/artefacts/workspace.ts';
import type { MediaTool } from '../../functions/compute/port.ts';
import { room } from '../../functions/engine/room.ts';
import { folderLiveFilms } from '../../functions/live/folder.ts';
import { encodeArguments } from '../../functions/media/ffmpeg/clip-profile.ts';
import { growingPlaylist, liveKinds, mainPlaylist } from '../../functions/media/live/playlists.ts';
import { readRecords } from '../../functions/media/live/record.ts';
import { wavBytes } from '../../functions/media/wav.ts';
import { withShow } from '../../functions/pipeline/live/show.ts';
import type { SectionOutcome } from '../../functions/pipeline/types.ts';
import { eventLog } from '../../functions/progress/event-log.ts';
import type { JobEvent } from '../../shared/contract/event.ts';
import type { Outline, Section } from '../../shared/contract/plan.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { runTool } from './media-tools.ts';

export const profile = encoderProfiles.preview;
export const SAMPLE_RATE = 48_000;
const JOB = '00000000-0000-4000-8000-000000000001';
const samplesIn = (frames: number): number => (frames / profile.framesPerSecond) * SAMPLE_RATE;

export interface MadeSection {
  outcome: SectionOutcome;
  content: Section;
}

/** How a clip is encoded: as the film wants it, or with faults that a clip may have. */
export type Clip = 'as asked' | 'one key frame' | 'other profile';

export interface SectionWish {
  frames: number;
  clip: Clip;
}

/** Puts clips and narrations where finished sections have them. @param sound of the whole film: each section has its part */
export async function makeSections(folder: string, wishes: SectionWish[], sound: Int16Array): Promise<MadeSection[]> {
  const artefacts = folderArtefacts(join(folder, 'artefacts'));
  const made: MadeSection[] = [];
  let startFrame = 0;
  for (const [index, wish] of wishes.entries()) {
    const section = index + 1;
    const [clipKey, audioKey, timingKey] = ['c', 'a', 't'].map((kind) => `${kind}${section}`.padEnd(64, '0')) as [string, string, string];
    await artefacts.put(clipKey, await clipOf(folder, section, wish));
    const words = 'One two.';
    const alignment = { characters: [...words], characterStartTimesSeconds: [...words].map((_, at) => at / 10), characterEndTimesSeconds: [...words].map((_, at) => (at + 1) / 10) };
    const write = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    await artefacts.put(audioKey, write(`${section}.wav`, wavBytes(sound.slice(samplesIn(startFrame), samplesIn(startFrame + wish.frames)), SAMPLE_RATE)));
    await artefacts.put(timingKey, write(`${section}.json`, JSON.stringify({ paced: [{ alignment }] })));
    startFrame += wish.frames;
    const narration = { audioKey, timingKey, beats: [], spokenBy: 'nobody', totalFrames: wish.frames };
    const take = { sceneCode: '', clipKey, report: { frames: wish.frames, beats: [], geometry: [], resources: { wallSeconds: 0, cpuSeconds: 0, peakMemoryMiB: 0, drawnFrames: 0 }, versions: {}, notes: [] } };
    const content = { title: `Part ${section}`, beats: [{ narration: [{ text: words }], pauseSeconds: 0, visuals: [] }] } as unknown as Section;
    made.push({ outcome: { section, title: content.title, narration, take, failed: undefined }, content });
  }
  return made;
}

async function clipOf(folder: string, section: number, { frames, clip }: SectionWish): Promise<string> {
  const { width, height, framesPerSecond } = profile;
  const source = `testsrc2=s=${width}x${height}:r=${framesPerSecond},hue=h=${section * 70}`;
  const files = { input: `source-${section}.mkv`, output: `clip-${section}.mp4` };
  await runTool('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-c:v', 'ffv1', '-pix_fmt', 'yuv420p', files.input], folder);
  const asAsked = encodeArguments(files, { profile, frames });
  const other = ['-v', 'error', '-y', '-i', files.input, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', files.output];
  const oneKey = asAsked.map((word, index) => (asAsked[index - 1] === '-g' ? '999' : word));
  await runTool('ffmpeg', { 'as asked': asAsked, 'one key frame': oneKey, 'other profile': other }[clip], folder);
  return join(folder, files.output);
}

export interface Shown {
  events: JobEvent[];
  /** The playlists as they were after each section became playable. */
  steps: Record<string, string>[];
  /** Where the files of the film stand. */
  files: string;
}

export interface ShowWish {
  folder: string;
  /** Where it is shown: a folder inside. */
  live: string;
  media: MediaTool;
  made: MadeSection[];
  /** In which sections are finished. */
  order: number[];
  voice?: string;
}

/** Shows sections in the order in which they are finished. */
export async function show({ folder, live, media, made, order, voice }: ShowWish): Promise<Shown> {
  const films = folderLiveFilms(join(folder, live));
  const film = films.film(JOB);
  const workspace = await openWorkspace(join(folder, 'work'), false);
  const steps: Shown['steps'] = [];
  const progress = eventLog(JOB, () => new Date(0), []);
  const tell: typeof progress.tell = async (happening) => {
    await progress.tell(happening);
    if (happening.type === 'section.ready') steps.push(await playlists((name) => film.read(name)));
  };
  const outline: Outline = {
    title: 'A film', language: 'en', quality: 'preview', theme: 'dark', keywords: [], ledger: [],
    sections: made.map(({ content }) => ({ title: content.title })),
    ...(voice !== undefined && { voice }),
  };
  const ports = { live: { files: film, places: room(1) }, artefacts: folderArtefacts(join(folder, 'artefacts')), workspace, media, progress: { ...progress, tell } };
  await withShow(outline, ports, async (shown) => {
    for (const section of order) {
      const { outcome, content } = made[section - 1] as MadeSection;
      shown.add(outcome, content);
    }
    await shown.settled();
  });
  await workspace.close();
  return { events: await progress.told(), steps, files: join(folder, live, JOB) };
}

async function playlists(read: (name: string) => Promise<Uint8Array | undefined>): Promise<Record<string, string>> {
  const records = await readRecords(read);
  const [first] = records;
  if (first === undefined) return {};
  const ended = records.length === first.film.sections;
  return Object.fromEntries([['main', mainPlaylist(first, '')], ...liveKinds.map((kind) => [kind, growingPlaylist(records, kind, { ended, query: '' })])]);
}

/** Every file with its content, to hold two folders against each other. */
export const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
