import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filmLoudnessArguments, narrationLoudnessArguments, parseLoudness, parseLoudnessMeasure } from '../../functions/media/ffmpeg/loudness.ts';
import { AUDIO_LIST, stitchFiles } from '../../functions/media/ffmpeg/stitch.ts';
import type { StitchFilm } from '../../functions/media/ffmpeg/stitch.ts';
import { beatFrames, narrationWav } from '../../functions/media/narration/beat-frames.ts';
import { paceBeats, sectionText } from '../../functions/media/narration/pacing.ts';
import { readWav, wavBytes } from '../../functions/media/wav.ts';
import { EspeakSpeech } from '../../functions/speech/espeak/espeak-speech.ts';
import { loudness, scratchFolder } from '../support/command-line.ts';
import { runTool } from '../support/media-tools.ts';
import { audioLagSeconds, soundOf } from '../support/sync.ts';
import { flashClip, smallProfile, stitch } from '../support/synthetic-film.ts';

const FRAMES_PER_SECOND = smallProfile.framesPerSecond;
const scratch = scratchFolder();
const folder = scratch.path;

const texts = [
  ['Draw a square on each side.', 'The small ones cover the large one.'],
  ['Why should that be true?'],
];

/** Real speech, paced, as each section's WAV; answers how long the sections are. */
async function narrate(): Promise<number[]> {
  const speech = new EspeakSpeech({ nodePath: process.execPath, cliPath: new URL('../../speech-espeak/cli.ts', import.meta.url).pathname });
  return Promise.all(
    texts.map(async (sentences, index) => {
      const beats = sentences.map((spoken) => ({ spoken, pauseSeconds: 0.5 }));
      const audio = await speech.speak({ text: sectionText(beats), language: 'en', voice: undefined, pace: 150 }, new AbortController().signal);
      const paced = paceBeats(audio, beats, { leadInSeconds: 0.3, tailSeconds: 0.6, language: 'en' });
      const { totalFrames } = beatFrames(paced, FRAMES_PER_SECOND);
      writeFileSync(join(folder, `${index}.wav`), narrationWav(paced, { totalFrames, framesPerSecond: FRAMES_PER_SECOND }));
      return totalFrames;
    }),
  );
}

const filmOf = (frames: number[]): StitchFilm => ({
  title: 'Squares',
  comment: '',
  language: 'en',
  framesPerSecond: FRAMES_PER_SECOND,
  sections: frames.map((length, index) => ({ title: `${index}`, clip: `${index}.mp4`, audio: `${index}.wav`, frames: length })),
  cues: [],
});

const measure = async (film: StitchFilm): Promise<ReturnType<typeof parseLoudnessMeasure>> => {
  writeFileSync(join(folder, AUDIO_LIST), stitchFiles(film).find(({ name }) => name === AUDIO_LIST)?.text ?? '');
  return parseLoudnessMeasure((await runTool('ffmpeg', narrationLoudnessArguments(AUDIO_LIST), folder)).stderr);
};

describe('loudness of a film of real speech', { timeout: 120_000 }, () => {
  let film: StitchFilm;
  beforeAll(async () => {
    film = filmOf(await narrate());
    for (const [index, section] of film.sections.entries()) await flashClip(folder, `${index}.mp4`, section.frames);
    await stitch(folder, film, { loudness: await measure(film), output: 'film.mp4' });
  }, 120_000);
  afterAll(scratch.remove);

  it('is -16 LUFS within 1, by two meters, and below the peak that is allowed', async () => {
    expect(Math.abs((await loudness(join(folder, 'film.mp4'))) + 16)).toBeLessThan(1);
    const { stderr } = await runTool('ffmpeg', filmLoudnessArguments('film.mp4'), folder);
    expect(Math.abs((parseLoudness(stderr) as number) + 16)).toBeLessThan(1);
    expect(Number(parseLoudnessMeasure(stderr)?.input_tp)).toBeLessThan(-1);
  });

  it('was another before, so that the filter did it', async () => {
    await stitch(folder, film, { loudness: undefined, output: 'as-spoken.mp4' });
    expect(Math.abs((await loudness(join(folder, 'as-spoken.mp4'))) + 16)).toBeGreaterThan(2);
  });

  it('leaves the narration within 2 ms of its place', async () => {
    const wavs = film.sections.map(({ audio }) => readWav(readFileSync(join(folder, audio))).samples);
    const meant = Float32Array.from(wavs.flatMap((samples) => Array.from(samples, (sample) => sample / 32768)));
    const heard = await soundOf(join(folder, 'film.mp4'));
    expect(Math.abs(audioLagSeconds(heard, meant))).toBeLessThan(0.002);
    expect(audioLagSeconds(heard, meant.subarray(4800))).toBeCloseTo(0.1, 2);
  });

  it('is not asked of silence', async () => {
    writeFileSync(join(folder, 'silence.wav'), wavBytes(new Int16Array(96_000), 48_000));
    const silence: StitchFilm = { ...film, sections: [{ title: 'Hush', clip: '0.mp4', audio: 'silence.wav', frames: 60 }] };
    expect(await measure(silence)).toBeUndefined();
    await stitch(folder, silence, { loudness: undefined, output: 'hush.mp4' });
    expect((await soundOf(join(folder, 'hush.mp4'))).every((sample) => Math.abs(sample) < 1e-4)).toBe(true);
  });
});

it('figures that are missing are an error', () => {
  expect(() => parseLoudnessMeasure('Conversion failed!')).toThrow('no figures');
});
