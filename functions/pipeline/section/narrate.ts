import { spokenText } from '../../../shared/contract/plan.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { beatFrames, narrationWav } from '../../media/narration/beat-frames.ts';
import { type PacedBeat, paceBeats, sectionText, USUAL_LEAD_IN_SECONDS, USUAL_TAIL_SECONDS } from '../../media/narration/pacing.ts';
import { contentKey } from '../content-key.ts';
import { type Made, phase } from '../phase.ts';
import type { SectionPorts } from '../ports.ts';
import type { Narration, SectionInput } from '../types.ts';
import { sectionOf } from './code.ts';

/** Words a minute that teach well (Jensema 1998; film.md of the theme's rules): slower than talk, faster than dictation. */
const PACE = 150;

/** What is kept of a narration beside its sound: the frames of its beats for the scene, their seconds for the captions. */
export interface Timing {
  beats: Narration['beats'];
  totalFrames: number;
  paced: PacedBeat[];
}

/** Phase 2: the section is spoken, and its speech is the clock of everything that follows. */
export async function narrate(input: SectionInput, ports: SectionPorts): Promise<Narration> {
  const made = await phase({ phase: 'narrate', section: input.section }, ports, (signal) => narrationOf(input, ports, signal));
  return made.value;
}

async function narrationOf(input: SectionInput, ports: SectionPorts, signal: AbortSignal): Promise<Made<Narration>> {
  const { artefacts, records, speech, workspace } = ports;
  const { language, voice, quality } = input.plan;
  const { framesPerSecond } = encoderProfiles[quality];
  const beats = sectionOf(input).beats.map((beat) => ({ spoken: spokenText(beat), pauseSeconds: beat.pauseSeconds }));
  const pauses = { leadInSeconds: USUAL_LEAD_IN_SECONDS, tailSeconds: USUAL_TAIL_SECONDS, language };

  const audioKey = await contentKey({ narration: { beats, pauses, voice, pace: PACE, framesPerSecond, speech: speech.identity } });
  const timingKey = await contentKey({ timing: audioKey });
  const request = { text: sectionText(beats), language, voice, pace: PACE };
  const call = { phase: 'narrate', section: input.section, ...speech.price(request), key: `narrate-${input.section}-${audioKey}` } as const;
  const kept = (await artefacts.get(audioKey)) && (await artefacts.get(timingKey));
  if (kept) {
    records.paid({ ...call, microDollars: 0, cached: true });
    const timing = JSON.parse(new TextDecoder().decode(await workspace.read(kept))) as Timing;
    return { value: { audioKey, timingKey, beats: timing.beats, totalFrames: timing.totalFrames }, cached: true };
  }

  const audio = await speech.speak(request, signal);
  records.paid({ ...call, cached: false });
  const paced = paceBeats(audio, beats, pauses);
  const table = beatFrames(paced, framesPerSecond);
  const folder = await workspace.folder(`narration-${input.section}`);
  const timing: Timing = { ...table, paced: paced.beats };
  await artefacts.put(timingKey, await workspace.write(folder, 'timing.json', JSON.stringify(timing)));
  await artefacts.put(audioKey, await workspace.write(folder, 'narration.wav', narrationWav(paced, { ...table, framesPerSecond })));
  return { value: { audioKey, timingKey, ...table }, cached: false };
}
