import type { SceneExample } from '../../shared/contract/flavor.ts';
import type { BeatFrames } from '../../shared/contract/job.ts';
import { type Outline, type Section, shownText } from '../../shared/contract/plan.ts';
import { REFERENCE_HEADS, SCENE_FORM } from './scene-form.ts';
import reference from './scene-reference.json' with { type: 'json' };
import { tagged } from './tagged.ts';

/** What a writer of scene code has to know of a section. */
export interface SectionToDraw {
  outline: Outline;
  /** 1-based. */
  section: number;
  content: Section;
  beats: BeatFrames[];
  framesPerSecond: number;
}

/** A beat as it is shown to a writer; `said` has the times in it. */
interface ShownBeat {
  seconds: number;
  said: string;
  narration?: string | undefined;
  picture?: string | undefined;
  keyPhrases?: string[];
}

/** A time is written before a word when so many seconds have gone since the last one. */
const SECONDS_BETWEEN_TIMES = 0.9;
const EXAMPLE_PAUSE_SECONDS = 0.5;

/** What a model is told before it draws any section: the same bytes for all sections of all films of a flavor. */
export function sceneSystem({ scene, examples }: { scene: string; examples: SceneExample[] }): string {
  const lists = [`${REFERENCE_HEADS.lectern}\n\n${reference.lectern.join('\n')}`, `${REFERENCE_HEADS.manim}\n\n${reference.manim.join('\n')}`];
  const shown = examples.length > 0 ? [[REFERENCE_HEADS.examples, ...examples.map(exampleText)].join('\n\n')] : [];
  return [scene.trim(), SCENE_FORM, ...lists, ...shown].join('\n\n');
}

/** The question for one section. */
export function sceneText(task: SectionToDraw): string {
  const { outline, section, content } = task;
  const { goal } = outline.sections[section - 1] ?? {};
  const lines = [
    `Title: ${content.title}`,
    ...(goal === undefined ? [] : [`Goal: ${goal}`]),
    `The film: ${outline.sections.map(({ title }, index) => `${index + 1} ${title}`).join('; ')}`,
    `Language: ${outline.language}. Theme: ${outline.theme}.`,
    ledgerLine(outline.ledger),
    '',
    ...content.beats.map((_, number) => beatText(number, shownBeat(task, number))),
  ];
  return `${tagged('topic-title', outline.title)}\n\n<section number="${section}" of="${outline.sections.length}">\n${untagged(lines.join('\n').trimEnd())}\n</section>`;
}

/** When words are spoken that are spread evenly over a beat, in seconds from its start. */
export function evenlySpoken({ said, seconds }: { said: string; seconds: number }): { text: string; seconds: number }[] {
  const words = said.split(/\s+/).filter((word) => word !== '');
  const characters = words.reduce((sum, word) => sum + word.length + 1, 0);
  let before = 0;
  return words.map((word) => {
    const at = ((seconds - EXAMPLE_PAUSE_SECONDS) * before) / characters;
    before += word.length + 1;
    return { text: word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''), seconds: at };
  });
}

function shownBeat({ content, beats, framesPerSecond }: SectionToDraw, number: number): ShownBeat {
  const beat = content.beats[number];
  const frames = beats[number];
  if (!beat || !frames) throw new Error(`Beat ${number} has no words or no frames.`);
  const words = frames.words.map(({ text, frame }) => ({ text, seconds: (frame - frames.startFrame) / framesPerSecond }));
  const said = timed(words);
  return {
    seconds: (frames.endFrame - frames.startFrame) / framesPerSecond,
    said,
    narration: shownText(beat),
    picture: beat.picture,
    keyPhrases: beat.keyPhrases,
  };
}

/** Words in a row, with the time before the first and then about every second. */
function timed(words: { text: string; seconds: number }[]): string {
  let last = -Infinity;
  return words
    .map(({ text, seconds }) => {
      if (seconds - last < SECONDS_BETWEEN_TIMES) return text;
      last = seconds;
      return `[${seconds.toFixed(1)}] ${text}`;
    })
    .join(' ');
}

const beatText = (number: number, { seconds, said, narration, picture, keyPhrases = [] }: ShownBeat): string =>
  [
    `Beat ${number}, ${seconds.toFixed(1)} s`,
    ...(narration === undefined ? [] : [`  narration: ${narration}`]),
    `  said: ${said}`,
    `  seen: ${picture ?? 'choose what makes these words plain'}`,
    ...(keyPhrases.length > 0 ? [`  key phrases: ${keyPhrases.join('; ')}`] : []),
  ].join('\n');

const ledgerLine = (ledger: Outline['ledger']): string =>
  ledger.length === 0 ? 'Ledger: empty' : `Ledger: ${ledger.map(({ symbol, colour, meaning }) => `${symbol} is ${colour}, ${meaning}`).join('; ')}`;

function exampleText({ film, section, ledger, beats, code }: SceneExample): string {
  const shown = beats.map((beat, number) => beatText(number, { seconds: beat.seconds, said: timed(evenlySpoken(beat)), narration: beat.said, picture: beat.picture }));
  const lines = [`Title: ${section}`, ledgerLine(ledger), '', ...shown];
  return `${tagged('topic-title', film)}\n\n<section>\n${untagged(lines.join('\n'))}\n</section>\n\n${fenced(code)}`;
}

/** Text in which no tag of ours can end. */
const untagged = (text: string): string => text.replaceAll('</', '<\u200b/');

/** Python as an answer holds it. */
export const fenced = (python: string): string => `\`\`\`python\n${python.trimEnd()}\n\`\`\``;
