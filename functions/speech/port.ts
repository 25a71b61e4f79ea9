/** Start and end of every character of the text spoken, in ElevenLabs' shape: `characters.join('')` is the text. */
export interface Alignment {
  characters: string[];
  characterStartTimesSeconds: number[];
  characterEndTimesSeconds: number[];
}

export interface SpeechRequest {
  text: string;
  /** BCP 47. */
  language: string;
  voice: string | undefined;
  /** Words a minute. */
  pace: number;
}

export interface SpokenAudio {
  /** Mono. */
  samples: Int16Array;
  sampleRate: number;
  alignment: Alignment;
}

/** What saying a text is counted and charged as. */
export interface SpeechPrice {
  provider: string;
  model: string;
  units: Record<string, number>;
  microDollars: number;
}

/** Says a text. The same request gives the same samples where the provider allows it. */
export interface Speech {
  /** Names everything besides the request that decides the sound: provider, model, version, default voice. Part of cache keys. */
  readonly identity: string;
  price(request: SpeechRequest): SpeechPrice;
  speak(request: SpeechRequest, signal: AbortSignal): Promise<SpokenAudio>;
}
