import type { IncomingMessage, ServerResponse } from 'node:http';
import { bytesOf, type RunningServer, serve } from '../llm-wire/serve.ts';
import { questionOf } from './recognise.ts';

export interface Recorder extends RunningServer {
  /** The film's title, as its outline has it; undefined until there is one. */
  title: () => string | undefined;
}

interface Event {
  type: string;
  delta?: { type?: string; text?: string; stop_reason?: string };
}

/** Headers that are of one connection, and not of the message. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding']);

/** Stands between Lectern and a provider that speaks the Messages API, and hands every whole reply to `keep` under its fixture's file name. */
export async function startRecorder(upstream: string, keep: (fileName: string, text: string) => void): Promise<Recorder> {
  let title: string | undefined;
  const server = await serve(async (request, response) => {
    const body = await bytesOf(request);
    const answer = await fetch(`${upstream}${request.url ?? ''}`, { method: request.method ?? 'POST', headers: headersOf(request), body });
    const text = await passOn(answer, response);
    const fileName = text === undefined ? undefined : fileNameOf(body);
    if (text === undefined || fileName === undefined) return;
    if (fileName.startsWith('outline')) title = (JSON.parse(text) as { title: string }).title;
    keep(fileName, text);
  });
  return { ...server, title: () => title };
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => !OWN_HEADERS.has(entry[0]) && typeof entry[1] === 'string'));

/** Passes the answer on as it comes; resolves to its text where it is whole. */
async function passOn(answer: Response, response: ServerResponse): Promise<string | undefined> {
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  const decoder = new TextDecoder();
  let sent = '';
  for await (const chunk of answer.body ?? []) {
    response.write(chunk);
    sent += decoder.decode(chunk, { stream: true });
  }
  response.end();
  if (answer.status !== 200) return undefined;
  const events = sent.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Event] : []));
  const isWhole = events.some(({ delta }) => delta?.stop_reason === 'end_turn');
  return isWhole ? events.map(({ delta }) => (delta?.type === 'text_delta' ? (delta.text ?? '') : '')).join('') : undefined;
}

/** The file of the fixture that answers this question; undefined for a plan that goes on after a break, which is no whole reply. */
function fileNameOf(body: Buffer): string | undefined {
  const question = questionOf(JSON.parse(body.toString('utf8')) as { messages: { role: string; content: unknown }[] });
  switch (question?.kind) {
    case 'outline':
      return 'outline.json';
    case 'outline-repair':
      return 'outline.repaired.json';
    case 'sections':
      return question.goesOn ? undefined : 'sections.json';
    case 'section-repair':
      return `section-${question.section}.plan.repaired.json`;
    case 'scene':
      return `section-${question.section}.md`;
    case 'scene-mend':
      return `section-${question.section}.repaired.md`;
    default:
      return undefined;
  }
}
