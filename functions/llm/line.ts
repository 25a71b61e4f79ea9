export interface LineParts {
  fetch: typeof globalThis.fetch;
  /** Nothing at all, not even a sign of life, for so long means that nothing will come. */
  silenceSeconds: number;
}

/** The connection of one call. */
export interface Line {
  fetch: typeof globalThis.fetch;
  /** The beginning of an answer has come, whatever it says. */
  readonly hasAnswered: boolean;
  /** It was given up, since nothing came. */
  readonly wasSilent: boolean;
}

class Silence extends Error {
  override readonly name = 'Silence';
}

/** A `fetch` for one call that waits for as long as something comes, and no longer. Whoever stops reading ends the call. */
export function openLine({ fetch, silenceSeconds }: LineParts): Line {
  const quiet = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let hasAnswered = false;
  const disarm = (): void => clearTimeout(timer);
  const arm = (): void => {
    disarm();
    timer = setTimeout(() => quiet.abort(new Silence(`Nothing came for ${silenceSeconds} s.`)), silenceSeconds * 1000);
  };

  async function* watched(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      arm();
      for await (const chunk of body) {
        disarm();
        yield chunk;
        arm();
      }
    } finally {
      disarm();
    }
  }

  return {
    get hasAnswered() {
      return hasAnswered;
    },
    get wasSilent() {
      return quiet.signal.aborted;
    },
    async fetch(input, init) {
      const signals = init?.signal ? [init.signal, quiet.signal] : [quiet.signal];
      arm();
      try {
        const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
        hasAnswered = true;
        return response.body === null ? response : new Response(ReadableStream.from(watched(response.body)), response);
      } finally {
        disarm();
      }
    },
  };
}
