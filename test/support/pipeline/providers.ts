import { setTimeout as delay } from 'node:timers/promises';
import type { OutlineReply, SectionReply } from '../../../functions/author/plan/reply.ts';
import type { Renderer } from '../../../functions/compute/port.ts';
import type { Llm, LlmRequest } from '../../../functions/llm/port.ts';
import type { Speech } from '../../../functions/speech/port.ts';
import { questionOf } from '../claude-server/recognise.ts';
import { plainRenderer } from '../plain-renderer.ts';
import type { Latencies } from './latencies.ts';

/** Those whom a film waits for: they answer what is asked of them, after the time that was drawn for it. */
export interface DrawnProviders {
  llm: Llm;
  speech: Speech;
  renderer: Renderer;
}

const SPEECH_SECONDS = 1;
const SAMPLE_RATE = 24_000;
const TONE_HERTZ = 220;
const USAGE = { inputTokens: 2000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 500 };

/** The topic of a film of so many sections; the number sets it apart from all others, of which nothing is found again then. */
export const topicOf = (film: number, sections: number): string => `film ${film} in ${sections} parts`;

/** @param folder where the one clip is kept that every section is */
export function drawnProviders(folder: string, latencies: Latencies): DrawnProviders {
  const plain = plainRenderer(folder);
  return {
    llm: { ask: (request, hooks) => answered(request, { ...hooks, latencies }) },
    speech: {
      identity: 'tone 1',
      price: ({ text }) => ({ provider: 'tone', model: 'tone 1', units: { characters: text.length }, microDollars: 100 }),
      async speak({ text }, signal) {
        await wait(latencies('narrate', Number(/part (\d+)/.exec(text)?.[1])), signal);
        return tone(text);
      },
    },
    renderer: {
      identity: plain.identity,
      async render(task, hooks) {
        const [report] = await Promise.all([plain.render(task, hooks), wait(latencies('render', task.job.section), hooks.signal)]);
        return report;
      },
    },
  };
}

const wait = (seconds: number, signal: AbortSignal): Promise<void> => delay(seconds * 1000, undefined, { signal });

interface Answering {
  signal: AbortSignal;
  onText?: (piece: string) => void;
  latencies: Latencies;
}

async function answered(request: LlmRequest, { signal, onText, latencies }: Answering): ReturnType<Llm['ask']> {
  const asked = questionOf(request);
  const [, film, sections] = /film (\d+) in (\d+) parts/.exec(JSON.stringify(request.messages)) ?? [];
  const place = { film: Number(film), sections: Number(sections) };
  const say = (text: string): string => (onText?.(text), text);
  const end = (text: string) => ({ text, ending: 'complete' as const, usage: USAGE });
  if (asked?.kind === 'outline') {
    await wait(latencies('outline', 0), signal);
    return end(say(JSON.stringify(outlineOf(place))));
  }
  if (asked?.kind === 'scene') {
    const { section = 0 } = asked;
    await wait(latencies('code', section), signal);
    return end(say(sceneOf(place.film, section)));
  }
  if (asked?.kind !== 'sections') throw new Error(`nobody is to ask for ${asked?.kind ?? 'something unknown'}`);
  let text = say('{"sections":[');
  let due = performance.now();
  for (let section = 1; section <= place.sections; section += 1) {
    due += latencies('plan', section) * 1000;
    await wait(Math.max(0, due - performance.now()) / 1000, signal);
    text += say(`${section > 1 ? ',' : ''}${JSON.stringify(sectionOf(place.film, section))}`);
  }
  return end(text + say(']}'));
}

const titleOf = (section: number): string => `Part ${section}`;

const outlineOf = ({ film, sections }: { film: number; sections: number }): OutlineReply => ({
  title: `A ${topicOf(film, sections)}`,
  language: 'en',
  keywords: ['tone', 'field', 'time'],
  ledger: [],
  sections: Array.from({ length: sections }, (_, index) => ({ title: titleOf(index + 1), goal: 'sees it', seconds: 12, introduces: [], uses: [] })),
});

const numbered = (number: number): string => String(number).padStart(3, '0');

/** All are of one length, and no two say the same. */
const sectionOf = (film: number, section: number): SectionReply => ({
  title: titleOf(section),
  beats: ['Here is what comes first of this, and is called', 'And this is the end of all that there is of'].map((words) => ({
    narration: `${words} part ${numbered(section)} in film ${numbered(film)}.`,
    picture: 'A plain field.',
    keyPhrases: [],
    pauseSeconds: 0,
  })),
});

const sceneOf = (film: number, section: number): string =>
  ['```python', 'from lectern_render import LessonScene', '', '', 'class Section(LessonScene):', `    """Part ${section} of film ${film}."""`, '```', ''].join('\n');

function tone(text: string): Awaited<ReturnType<Speech['speak']>> {
  const characters = Array.from(text);
  const samples = Int16Array.from({ length: SPEECH_SECONDS * SAMPLE_RATE }, (_, index) => 8000 * Math.sin((2 * Math.PI * TONE_HERTZ * index) / SAMPLE_RATE));
  const at = (index: number): number => (SPEECH_SECONDS * index) / characters.length;
  return {
    samples,
    sampleRate: SAMPLE_RATE,
    alignment: { characters, characterStartTimesSeconds: characters.map((_, index) => at(index)), characterEndTimesSeconds: characters.map((_, index) => at(index + 1)) },
  };
}
