import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderArtefacts } from '../../functions/artefacts/folder.ts';
import { openWorkspace } from '../../functions/artefacts/workspace.ts';
import { asking } from '../../functions/author/asking/asking.ts';
import type { Ask } from '../../functions/author/ask.ts';
import { anthropicLlm } from '../../functions/llm/anthropic/anthropic-llm.ts';
import { knownModels } from '../../functions/llm/known-models.ts';
import type { Llm } from '../../functions/llm/port.ts';
import { Ledger } from './ledger.ts';
import { messagesApi } from './llm-wire/messages-api.ts';
import type { Script, Served } from './llm-wire/script.ts';
import { serve } from './llm-wire/serve.ts';

export interface AskingBench {
  ask: Ask;
  /** A second asker with what the first has kept, and a ledger of its own: the same job again, or one of the user named. */
  again: (owner?: string) => { ask: Ask; ledger: Ledger };
  ledger: Ledger;
  served: Served[];
  /** Seconds that were waited for, at no time at all. */
  waits: number[];
  close: () => Promise<void>;
}

export interface BenchParts {
  /** What Claude does, one call after the other; the last goes on for ever. */
  scripts: Script[];
  capMicroDollars?: number;
  silenceSeconds?: number;
  key?: string;
  /** Another model than Claude. */
  llm?: Llm;
}

/** `Ask` over real files and a local Claude. */
export async function askingBench({ scripts, capMicroDollars, silenceSeconds = 30, key = 'right', llm }: BenchParts): Promise<AskingBench> {
  const root = await mkdtemp(join(tmpdir(), 'lectern-asking-'));
  const served: Served[] = [];
  const waits: number[] = [];
  let calls = 0;
  const script = (): Script => scripts[Math.min(calls++, scripts.length - 1)] as Script;
  const server = await serve(messagesApi({ key: 'right', script, onServed: (one) => void served.push(one) }));
  const workspace = await openWorkspace(join(root, 'work'), false);
  const parts = {
    llm: llm ?? anthropicLlm({ key, baseUrl: server.url, fetch: globalThis.fetch, silenceSeconds }),
    models: knownModels,
    artefacts: folderArtefacts(join(root, 'artefacts')),
    workspace,
    async wait(seconds: number, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      waits.push(seconds);
    },
  };
  const ledger = new Ledger(capMicroDollars);
  return {
    ask: asking({ ...parts, costs: ledger }),
    again: (owner) => {
      const other = new Ledger(capMicroDollars);
      return { ask: asking({ ...parts, costs: other, owner }), ledger: other };
    },
    ledger,
    served,
    waits,
    async close() {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
