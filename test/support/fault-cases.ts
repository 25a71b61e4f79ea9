import type { Phase } from '../../shared/contract/event.ts';
import type { AskedKind } from './claude-server/recognise.ts';
import type { PlannedFault } from './claude-server/claude-server.ts';
import type { SpeechFault } from './elevenlabs-server.ts';
import type { FilmFault } from './fault-studio.ts';

/** A row of the table: what goes wrong, where, and how often. */
export interface FaultCase {
  phase: string;
  fault: string;
  often: 'once' | 'always';
  film: FilmFault;
}

/** Each thing that Claude, or the way to it, does wrong. */
const claudeFaults: Record<string, PlannedFault['fault']> = {
  'status 400': { kind: 'status', status: 400 },
  'status 401': { kind: 'status', status: 401 },
  'status 429': { kind: 'status', status: 429, retryAfterSeconds: 3 },
  'status 529': { kind: 'status', status: 529 },
  'overload in mid-stream': { kind: 'error-event' },
  'cut before the answer': { kind: 'cut', where: 'before' },
  'cut before its first piece': { kind: 'cut', where: 'start' },
  'cut in the middle': { kind: 'cut', where: 'middle' },
  'silence before the answer': { kind: 'stall', where: 'before' },
  'silence in the middle': { kind: 'stall', where: 'middle' },
  'an event that is no JSON': { kind: 'malformed' },
  refusal: { kind: 'refusal' },
  'cut at its limit': { kind: 'truncation' },
  'prose for an answer': { kind: 'reply', text: 'I would rather speak about something else.' },
};
const planFaults: Record<string, PlannedFault['fault']> = {
  'JSON of another form': { kind: 'reply', text: '{"sections": "three"}' },
};
const sceneFaults: Record<string, PlannedFault['fault']> = {
  'a scene that fails again': { kind: 'reply', text: 'from manim import *\n\nclass Section(LessonScene):\n    def construct(self):\n        self.play(ShowCreationOf(1))\n' },
};

/** `correction`: what a question is that has an answer of another form corrected, where it is known as another kind. */
interface ClaudePhase {
  kind: AskedKind;
  correction?: AskedKind;
  faults: Record<string, PlannedFault['fault']>;
}

const claudePhases: Record<string, ClaudePhase> = {
  outline: { kind: 'outline', correction: 'outline-repair', faults: { ...claudeFaults, ...planFaults } },
  sections: { kind: 'sections', faults: { ...claudeFaults, ...planFaults } },
  'section repair': { kind: 'section-repair', faults: { ...claudeFaults, ...planFaults } },
  scene: { kind: 'scene', faults: { ...claudeFaults, ...sceneFaults } },
  mend: { kind: 'scene-mend', faults: { ...claudeFaults, ...sceneFaults } },
};

const speechFaults: Record<string, SpeechFault> = {
  'status 400': { kind: 'status', status: 400, word: 'voice_not_found' },
  'status 401': { kind: 'status', status: 401, word: 'invalid_api_key' },
  'status 429': { kind: 'status', status: 429, word: 'too_many_concurrent_requests' },
  'status 500': { kind: 'status', status: 500 },
  'quota used up': { kind: 'status', status: 401, word: 'quota_exceeded' },
  'cut before the answer': { kind: 'cut' },
  'silence before the answer': { kind: 'stall' },
  'an answer that is no JSON': { kind: 'malformed' },
  'times that do not fit': { kind: 'times', how: 'late' },
};

const OFTEN = ['once', 'always'] as const;

const claudeCases: FaultCase[] = Object.entries(claudePhases).flatMap(([phase, { kind, correction = kind, faults }]) =>
  Object.entries(faults).flatMap(([fault, planned]) => {
    const [first, all] = [[kind], [kind, correction]].map((kinds, index) => kinds.map((each) => ({ kind: each, number: 1 - index, fault: planned })));
    const silent = planned.kind === 'stall';
    return [
      { phase, fault, often: 'once', film: { claude: first as PlannedFault[], silent } },
      { phase, fault, often: 'always', film: { claude: all as PlannedFault[], silent } },
    ] satisfies FaultCase[];
  }),
);

const speechCases: FaultCase[] = Object.entries(speechFaults).flatMap(([fault, planned]) =>
  OFTEN.map((often) => ({ phase: 'narrate', fault, often, film: { speech: (call: number) => (often === 'always' || call === 1 ? planned : undefined), silent: planned.kind === 'stall' } })),
);

/** The voice falls silent when the first section has been spoken: nothing of it may stay in the film. */
const otherVoice: FaultCase[] = ['status 500', 'quota used up', 'status 401'].map((fault) => [fault, speechFaults[fault]] as const).map(([fault, planned]) => ({
  phase: 'narrate', fault: `${fault}, another voice stands in`, often: 'always', film: { speech: (call: number) => (call > 1 ? planned : undefined), speechInstead: true },
}));

const capCases: FaultCase[] = (['plan', 'narrate', 'code', 'repair'] satisfies Phase[]).map((phase) => ({
  phase, fault: 'the cap is reached', often: 'always', film: { capAt: phase, ...(phase === 'narrate' && { speech: () => undefined }) },
}));

/** Films in which nothing goes wrong. */
export const unharmedCases: FaultCase[] = [
  { phase: '–', fault: 'none', often: 'once', film: {} },
  { phase: '–', fault: 'none, paid voice', often: 'once', film: { speech: () => undefined } },
];

/** Every fault of a provider times every phase that asks it. */
export const faultCases: FaultCase[] = [...claudeCases, ...speechCases, ...otherVoice, ...capCases];
