import { LecternError } from '../../shared/errors.ts';
import type { EncoderProfile } from '../../shared/contract/job.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { filmCues, sectionCaptionWords } from '../media/captions/captions.ts';
import type { Cue } from '../media/captions/schedule.ts';
import { filmLoudnessArguments, type LoudnessMeasure, narrationLoudnessArguments, parseLoudness, parseLoudnessMeasure } from '../media/ffmpeg/loudness.ts';
import { posterArguments, posterFrame } from '../media/ffmpeg/poster.ts';
import { AUDIO_LIST, stitchArguments, stitchFiles, type StitchFilm } from '../media/ffmpeg/stitch.ts';
import { conform } from './conform.ts';
import { contentKey } from './content-key.ts';
import { runMedia } from './media.ts';
import { type Made, phase } from './phase.ts';
import type { Ports } from './ports.ts';
import type { Timing } from './section/narrate.ts';
import type { SectionOutcome, StitchedFilm } from './types.ts';

export type StitchPorts = Pick<Ports, 'engine' | 'progress' | 'clock' | 'artefacts' | 'workspace' | 'media'>;

interface Parts {
  plan: Plan;
  sections: SectionOutcome[];
}

/** Phase 7: clips joined by stream copy, all narration as one track that is encoded once, chapters, captions and poster. */
export async function stitchFilm(parts: Parts, ports: StitchPorts): Promise<StitchedFilm> {
  const { cues, shortened } = await cuesOf(parts, ports);
  if (shortened) await ports.progress.tell({ type: 'warning', code: 'captions_shortened', message: 'More text is shown than can be read while it is spoken: some captions end early.' });
  const made = await phase({ phase: 'stitch' }, ports, (signal) => stitched({ ...parts, cues }, ports, signal));
  return made.value;
}

async function stitched(parts: Parts & { cues: Cue[] }, ports: StitchPorts, signal: AbortSignal): Promise<Made<StitchedFilm>> {
  const { plan, sections, cues } = parts;
  const { artefacts, workspace, media } = ports;
  const profile = encoderProfiles[plan.quality];
  const film = filmOf(parts, profile);
  const joined = sections.map(({ take, narration }) => ({ clip: take.clipKey, audio: narration.audioKey }));
  const filmKey = await contentKey({ film, joined, media: media.identity, poster: posterOf(parts) });
  const posterKey = await contentKey({ poster: filmKey });
  const factsKey = await contentKey({ facts: filmKey });
  const durationSeconds = sections.reduce((sum, { narration }) => sum + narration.totalFrames, 0) / profile.framesPerSecond;
  const kept = (await artefacts.get(filmKey)) && (await artefacts.get(posterKey)) && (await artefacts.get(factsKey));
  if (kept) {
    const { loudnessLufs } = JSON.parse(new TextDecoder().decode(await workspace.read(kept))) as { loudnessLufs?: number };
    return { value: { filmKey, posterKey, cues, durationSeconds, loudnessLufs }, cached: true };
  }

  const folder = await gather(parts, film, ports);
  for (const [index, { narration }] of sections.entries()) {
    await conform({ folder, clip: clipName(index), section: index + 1, frames: narration.totalFrames, profile }, ports, signal);
  }
  const run = (args: string[]): Promise<string> => runMedia({ program: 'ffmpeg', args, folder }, ports, signal);
  const poster = posterOf(parts);
  await run(posterArguments({ clip: clipName(poster.index), frame: poster.frame, framesPerSecond: profile.framesPerSecond, output: 'poster.jpg' }));
  const loudness = await measured(plan, run);
  await run(stitchArguments(film, { loudness, poster: 'poster.jpg', output: 'film.mp4' }));
  const loudnessLufs = loudness && parseLoudness(await run(filmLoudnessArguments('film.mp4')));

  await artefacts.put(posterKey, `${folder}/poster.jpg`);
  await artefacts.put(factsKey, await workspace.write(folder, 'facts.json', JSON.stringify({ loudnessLufs })));
  await artefacts.put(filmKey, `${folder}/film.mp4`);
  return { value: { filmKey, posterKey, cues, durationSeconds, loudnessLufs }, cached: false };
}

const clipName = (index: number): string => `clip-${index + 1}.mp4`;
const audioName = (index: number): string => `narration-${index + 1}.wav`;

function filmOf({ plan, sections, cues }: Parts & { cues: Cue[] }, profile: EncoderProfile): StitchFilm {
  return {
    title: plan.title,
    comment: `Made with Lectern. ${plan.keywords.join(', ')}`.trim(),
    language: plan.language,
    framesPerSecond: profile.framesPerSecond,
    sections: sections.map(({ title, narration }, index) => ({ title, clip: clipName(index), audio: audioName(index), frames: narration.totalFrames })),
    cues,
  };
}

const posterOf = ({ plan, sections }: Parts) =>
  posterFrame(
    sections.map(({ narration, failed }, index) => ({
      beats: narration.beats,
      visuals: plan.sections[index]?.beats.reduce((sum, beat) => sum + beat.visuals.length, 0) ?? 0,
      card: failed !== undefined,
    })),
  );

/** Everything that ffmpeg reads, in one folder. */
async function gather({ sections }: Parts, film: StitchFilm, { artefacts, workspace }: StitchPorts): Promise<string> {
  const folder = await workspace.folder('stitch');
  const place = async (name: string, key: string): Promise<void> => {
    const kept = await artefacts.get(key);
    if (!kept) throw lost(name);
    await workspace.place(folder, name, kept);
  };
  for (const [index, { take, narration }] of sections.entries()) {
    await place(clipName(index), take.clipKey);
    await place(audioName(index), narration.audioKey);
  }
  for (const { name, text } of stitchFiles(film)) await workspace.write(folder, name, text);
  return folder;
}

/** What the first pass of the two that loudness takes measured; the voice called “silent” has none. */
async function measured(plan: Plan, run: (args: string[]) => Promise<string>): Promise<LoudnessMeasure | undefined> {
  return plan.voice === 'silent' ? undefined : parseLoudnessMeasure(await run(narrationLoudnessArguments(AUDIO_LIST)));
}

async function cuesOf({ plan, sections }: Parts, { artefacts, workspace }: StitchPorts): Promise<{ cues: Cue[]; shortened: boolean }> {
  const captioned = await Promise.all(
    sections.map(async ({ narration }, index) => {
      const kept = await artefacts.get(narration.timingKey);
      if (!kept) throw lost(`the times of section ${index + 1}`);
      const timing = JSON.parse(new TextDecoder().decode(await workspace.read(kept))) as Timing;
      return { words: sectionCaptionWords(plan.sections[index]?.beats ?? [], timing.paced, plan.language), frames: narration.totalFrames };
    }),
  );
  return filmCues(captioned, { language: plan.language, framesPerSecond: encoderProfiles[plan.quality].framesPerSecond });
}

const lost = (name: string): LecternError =>
  new LecternError('artefact_lost', { message: `${name} was made, and is not there any more.`, fix: 'Run again: what is missing is made again.', retryable: true });
