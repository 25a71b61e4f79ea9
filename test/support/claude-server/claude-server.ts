import { fileURLToPath } from 'node:url';
import { messagesApi } from '../llm-wire/messages-api.ts';
import { type RunningServer, sendJson, serve } from '../llm-wire/serve.ts';
import type { Script, Served, WireFault } from '../llm-wire/script.ts';
import { readFixtures } from './fixtures.ts';
import { type AskedKind, recognise } from './recognise.ts';

/** The fault of the `number`th question of a kind, counted from 1 over all topics; of every one where it is 0. */
export interface PlannedFault {
  kind: AskedKind | 'any';
  number: number;
  /** A fault of the wire, a refusal, a reply that is cut at its limit, or another in place of the one in the fixture. */
  fault: WireFault | { kind: 'refusal' } | { kind: 'truncation' } | { kind: 'reply'; text: string };
}

/** One question: what it was, and what it was counted as. The texts are left out. */
export interface ServedEntry {
  kind: AskedKind | 'unknown';
  slug: string | undefined;
  section: number | undefined;
  model: string;
  status: number;
  fault: string | undefined;
  systemTokens: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

export interface ClaudeServerParts {
  port?: number;
  folder?: string;
  key?: string;
  pieceDelayMs?: number;
  faults?: PlannedFault[];
  /** The tokens of a text; an estimate where absent. */
  count?: (text: string) => number;
}

export interface ClaudeServer extends RunningServer {
  /** Everything that was asked, in order. Also under GET /_served. */
  served: ServedEntry[];
}

export const FIXTURES_FOLDER = fileURLToPath(new URL('../../fixtures/claude/', import.meta.url));

function scriptOf(text: string, fault: PlannedFault['fault'] | undefined): Script {
  if (fault === undefined) return { text };
  if (fault.kind === 'refusal') return { text, ending: 'refused' };
  if (fault.kind === 'truncation') return { text, ending: 'truncated' };
  if (fault.kind === 'reply') return { text: fault.text };
  return { text, fault };
}

/** A Claude that answers from fixtures: it has the wire, the token counts and the prompt cache of the real one, and no thoughts. */
export async function startClaudeServer({ port = 0, folder = FIXTURES_FOLDER, key, pieceDelayMs = 0, faults = [], count: countTokens }: ClaudeServerParts = {}): Promise<ClaudeServer> {
  const served: ServedEntry[] = [];
  const asked = new Map<string, number>();
  let current: Pick<ServedEntry, 'kind' | 'slug' | 'section' | 'fault'> = { kind: 'unknown', slug: undefined, section: undefined, fault: undefined };

  const count = (kind: string): number => {
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    return asked.get(kind) as number;
  };
  const answer = messagesApi({
    ...(key !== undefined && { key }),
    ...(countTokens && { count: countTokens }),
    script(question) {
      // Read anew for every question: whoever writes fixtures sees them at once.
      const found = recognise(question, readFixtures(folder));
      current = { kind: 'unknown', slug: undefined, section: undefined, fault: undefined };
      if ('notFound' in found) return found;
      const numbers = { [found.kind]: count(found.kind), any: count('any') } as Record<string, number>;
      const planned = faults.find(({ kind, number }) => kind in numbers && (number === 0 || number === numbers[kind]));
      current = { kind: found.kind, slug: found.slug, section: found.section, fault: planned?.fault.kind };
      return { ...scriptOf(found.text, planned?.fault), pieceDelayMs };
    },
    // Called before anything is waited for after `script`: it is the same question.
    onServed(one: Served) {
      const { model, status, system, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = one;
      served.push({ ...current, model, status, systemTokens: Math.ceil(system.length / 4), inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens });
    },
  });
  const running = await serve(async (request, response) => {
    if (request.method === 'GET' && request.url === '/_served') return sendJson(response, { status: 200, body: { served } });
    await answer(request, response);
  }, port);
  return { ...running, served };
}
