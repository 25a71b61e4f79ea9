import { spokenText } from '../../../shared/contract/plan.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { LecternError } from '../../../shared/errors.ts';
import type { PlannedCall } from '../../costs/port.ts';
import { beatFrames, narrationWav } from '../../media/narration/beat-frames.ts';
import { type PacedBeat, paceBeats, sectionText, USUAL_LEAD_IN_SECONDS, USUAL_TAIL_SECONDS } from '../../media/narration/pacing.ts';
import type { SpeechRequest, SpokenAudio } from '../../speech/port.ts';
import { contentKey } from '../content-key.ts';
import { type Made, phase } from '../phase.ts';
import type { SectionPorts } from '../ports.ts';
import type { PlannedSection } from '../../lesson/port.ts';
import type { Narration } from '../types.ts';

/** Words a minute that teach well (Jensema 1998; film.md of the theme's rules): slower than talk, faster than dictation. */
const PACE = 150;

/** What is kept of a narration beside its sound: the frames of its beats for the scene, their seconds for the captions. */
export interface Timing {
  beats: Narration['beats'];
  totalFrames: number;
  paced: PacedBeat[];
}

/** Phase 2: the section is spoken, and its speech is the clock of everything that follows. */
export async function narrate(input: PlannedSection, ports: SectionPorts): Promise<Narration> {
  const made = await phase({ phase: 'narrate', section: input.section }, ports, (signal) => narrationOf(input, ports, signal));
  return made.value;
}

async function narrationOf(input: PlannedSection, ports: SectionPorts, signal: AbortSignal): Promise<Made<Narration>> {
  const { artefacts, costs, speech, workspace } = ports;
  const { language, voice, quality } = input.outline;
  const { framesPerSecond } = encoderProfiles[quality];
  const beats = input.content.beats.map((beat) => ({ spoken: spokenText(beat), pauseSeconds: beat.pauseSeconds }));
  const pauses = { leadInSeconds: USUAL_LEAD_IN_SECONDS, tailSeconds: USUAL_TAIL_SECONDS, language };

  const audioKey = await contentKey({ narration: { beats, pauses, voice, pace: PACE, framesPerSecond, speech: speech.identity } });
  const request = { text: sectionText(beats), language, voice, pace: PACE };
  const { provider, model, units, microDollars } = speech.price(request);
  const key = `narrate-${input.section}-${audioKey}`;
  const call = { phase: 'narrate', section: input.section, provider, model, key, mostMicroDollars: microDollars } as const;
  const kept = await keptNarration({ hash: audioKey, spokenBy: speech.identity }, ports);
  if (kept) {
    await costs.settle(call, { units, microDollars: 0, cached: true });
    return { value: kept, cached: true };
  }

  await costs.reserve(call);
  const audio = await spoken({ speech, request, call }, ports, signal);
  await costs.settle(call, { units, microDollars, cached: false });
  const paced = paceBeats(audio, beats, pauses);
  const table = beatFrames(paced, framesPerSecond);
  const folder = await workspace.folder(`narration-${input.section}`);
  const timing: Timing = { ...table, paced: paced.beats };
  const timingKey = await timingKeyOf(audioKey);
  await artefacts.put(timingKey, await workspace.write(folder, 'timing.json', JSON.stringify(timing)));
  await artefacts.put(audioKey, await workspace.write(folder, 'narration.wav', narrationWav(paced, { ...table, framesPerSecond })));
  return { value: { audioKey, timingKey, spokenBy: speech.identity, ...table }, cached: false };
}

/** A narration that was made before, where both its sound and its times are still there. */
export async function keptNarration(sound: { hash: string; spokenBy: string }, { artefacts, workspace }: Pick<SectionPorts, 'artefacts' | 'workspace'>): Promise<Narration | undefined> {
  const timingKey = await timingKeyOf(sound.hash);
  const kept = (await artefacts.get(sound.hash)) && (await artefacts.get(timingKey));
  if (!kept) return undefined;
  const { beats, totalFrames } = JSON.parse(new TextDecoder().decode(await workspace.read(kept))) as Timing;
  return { audioKey: sound.hash, timingKey, spokenBy: sound.spokenBy, beats, totalFrames };
}

/** Where the times of a narration are kept: known by its sound alone. */
export const timingKeyOf = (audioKey: string): Promise<string> => contentKey({ timing: audioKey });

interface SpokenCall {
  speech: SectionPorts['speech'];
  request: SpeechRequest;
  call: PlannedCall;
}

async function spoken({ speech, request, call }: SpokenCall, { costs }: SectionPorts, signal: AbortSignal): Promise<SpokenAudio> {
  try {
    return await speech.speak(request, signal);
  } catch (error) {
    // Speech whose times cannot be used was spoken nevertheless.
    const isSpoken = error instanceof LecternError && error.code === 'speech_timings';
    const { units, microDollars } = isSpoken ? speech.price(request) : { units: {}, microDollars: 0 };
    await costs.settle(call, { units: { ...units, failed: 1 }, microDollars, cached: false });
    throw error;
  }
}
