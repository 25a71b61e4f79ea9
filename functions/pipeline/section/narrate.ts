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
  const timingKey = await contentKey({ timing: audioKey });
  const request = { text: sectionText(beats), language, voice, pace: PACE };
  const { provider, model, units, microDollars } = speech.price(request);
  const key = `narrate-${input.section}-${audioKey}`;
  const call = { phase: 'narrate', section: input.section, provider, model, key, mostMicroDollars: microDollars } as const;
  const kept = (await artefacts.get(audioKey)) && (await artefacts.get(timingKey));
  if (kept) {
    await costs.settle(call, { units, microDollars: 0, cached: true });
    const timing = JSON.parse(new TextDecoder().decode(await workspace.read(kept))) as Timing;
    return { value: { audioKey, timingKey, beats: timing.beats, totalFrames: timing.totalFrames }, cached: true };
  }

  await costs.reserve(call);
  const audio = await spoken({ speech, request, call }, ports, signal);
  await costs.settle(call, { units, microDollars, cached: false });
  const paced = paceBeats(audio, beats, pauses);
  const table = beatFrames(paced, framesPerSecond);
  const folder = await workspace.folder(`narration-${input.section}`);
  const timing: Timing = { ...table, paced: paced.beats };
  await artefacts.put(timingKey, await workspace.write(folder, 'timing.json', JSON.stringify(timing)));
  await artefacts.put(audioKey, await workspace.write(folder, 'narration.wav', narrationWav(paced, { ...table, framesPerSecond })));
  return { value: { audioKey, timingKey, ...table }, cached: false };
}

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
