import { fileURLToPath } from 'node:url';
import { type ClaudeServer, startClaudeServer } from '../claude-server/claude-server.ts';
import { startElevenLabsServer } from '../elevenlabs-server.ts';
import { type Holding, startCountingProxy } from './counting-proxy.ts';

/** The topic of a film of four short sections, of which the scene of one has to be mended. */
export const SHORT_TOPIC = 'why there are seasons';

const SHORT_FIXTURES = fileURLToPath(new URL('../../fixtures/claude-short/', import.meta.url));
const PIECE_MS = 2;
const CLAUDE_MS = 0;
const SPEECH_MS = 250;

/** A Claude and a voice that cost money, and see which calls are under way. */
export interface MeteredProviders {
  environment: Record<string, string>;
  claude: ClaudeServer;
  readonly inFlight: number;
  /** Begins to count calls anew, and holds one of them, from 1; `held` resolves once it is. */
  countCalls(hold?: { number: number; holding: Holding }): { held: Promise<void>; readonly calls: number };
  close(): Promise<void>;
}

export async function startMeteredProviders(): Promise<MeteredProviders> {
  const claude = await startClaudeServer({ key: 'test-key', folder: SHORT_FIXTURES, pieceDelayMs: PIECE_MS });
  const speech = await startElevenLabsServer({ key: 'right' });
  let calls = 0;
  let hold: { number: number; holding: Holding } | undefined;
  let onHeld = (): void => {};
  const counting = {
    holding(): Holding | undefined {
      calls += 1;
      return calls === hold?.number ? hold.holding : undefined;
    },
    onHeld: () => onHeld(),
  };
  const proxies = [
    await startCountingProxy(claude.url, { answerMilliseconds: CLAUDE_MS, ...counting }),
    await startCountingProxy(speech.url, { answerMilliseconds: SPEECH_MS, ...counting }),
  ] as const;
  return {
    environment: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: proxies[0].url, ELEVENLABS_API_KEY: 'right', ELEVENLABS_BASE_URL: proxies[1].url },
    claude,
    get inFlight() {
      return proxies[0].inFlight + proxies[1].inFlight;
    },
    countCalls(wanted) {
      calls = 0;
      hold = wanted;
      const held = new Promise<void>((resolve) => (onHeld = resolve));
      return {
        held,
        get calls() {
          return calls;
        },
      };
    },
    async close() {
      for (const server of [...proxies, claude, speech]) await server.close();
    },
  };
}
