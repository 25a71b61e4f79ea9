import type { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';

export interface ClientParts {
  key: string;
  baseUrl: string | undefined;
}

const USUAL_ADDRESS = 'https://api.elevenlabs.io';

/** Opens the SDK at the first call, and once. */
export function lazyClient({ key, baseUrl }: ClientParts): () => Promise<ElevenLabsClient> {
  let opened: Promise<ElevenLabsClient> | undefined;
  return () => (opened ??= import('@elevenlabs/elevenlabs-js').then((sdk) => new sdk.ElevenLabsClient({ apiKey: key, baseUrl: baseUrl ?? USUAL_ADDRESS })));
}
