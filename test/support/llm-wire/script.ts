/** What a local stand-in for a provider does with one question. */
export interface Script {
  text: string;
  /** `truncated`: half of it is said, as if that were all that may be. */
  ending?: 'complete' | 'truncated' | 'refused';
  fault?: WireFault;
  /** Between the pieces of a streamed answer. */
  pieceDelayMs?: number;
}

export type WireFault =
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  /** The provider breaks off in the middle of a streamed answer, and says so. */
  | { kind: 'error-event' }
  /** The connection is gone: before the answer begins, before its first piece, or in the middle. */
  | { kind: 'cut'; where: 'before' | 'start' | 'middle' }
  /** Nothing more comes, and the connection stays. */
  | { kind: 'stall'; where: 'before' | 'start' | 'middle' }
  /** An event in the middle is no JSON. */
  | { kind: 'malformed' };

/** What was asked, in the words that all protocols share. */
export interface Asked {
  model: string;
  system: string;
  messages: { role: 'user' | 'assistant'; text: string; images: number }[];
  maxOutputTokens: number;
  /** The JSON schema of the answer. */
  schema: unknown;
}

/** One question as a stand-in has counted it. */
export interface Served extends Asked {
  status: number;
  text: string;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

/** A plain estimate of what a tokenizer would make of a text. */
export const tokensOf = (text: string): number => Math.ceil(text.length / 4);

const PIECE_CHARACTERS = 24;

/** Cuts a text as streamed answers are cut, at no place in particular; characters outside the first plane stay whole. */
export function piecesOf(text: string): string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += PIECE_CHARACTERS) pieces.push(characters.slice(from, from + PIECE_CHARACTERS).join(''));
  return pieces;
}

/** The answer as far as the script and the limit allow. */
export function saidOf({ text, ending }: Script, maxOutputTokens: number): { text: string; isTruncated: boolean } {
  if (ending === 'refused') return { text: '', isTruncated: false };
  const most = ending === 'truncated' ? Math.floor(text.length / 2) : maxOutputTokens * 4;
  return { text: text.slice(0, most), isTruncated: text.length > most };
}

/** Prefixes that were seen, as a provider keeps them: those too short are not kept. */
export class PrefixCache {
  readonly #seen = new Set<string>();
  readonly #leastTokens: number;
  readonly #count: (text: string) => number;

  constructor(leastTokens: number, count = tokensOf) {
    this.#leastTokens = leastTokens;
    this.#count = count;
  }

  /** How many tokens of the prefix were read from the cache, or went into it. */
  use(model: string, prefix: string): { read: number; written: number } {
    const tokens = this.#count(prefix);
    if (tokens < this.#leastTokens) return { read: 0, written: 0 };
    const key = `${model}\n${prefix}`;
    if (this.#seen.has(key)) return { read: tokens, written: 0 };
    this.#seen.add(key);
    return { read: 0, written: tokens };
  }
}
