import { join } from 'node:path';
import type { Config, ProviderConfig } from './config.ts';
import type { Ports } from './pipeline/ports.ts';
import { EspeakSpeech } from './speech/espeak/espeak-speech.ts';
import type { Speech } from './speech/port.ts';
import { SilentSpeech } from './speech/silent/silent-speech.ts';

/** Who speaks: the paid provider where its key is there, else the speech that needs nobody. */
export function openSpeech(config: Config, _providers: ProviderConfig): Pick<Ports, 'speech' | 'speechInstead'> {
  return { speech: embeddedSpeech(config) };
}

/** espeak-ng, and silence for the voice called “silent”. */
function embeddedSpeech(config: Config): Speech {
  const espeak = new EspeakSpeech({ nodePath: config.node, cliPath: join(config.checkout, 'speech-espeak/cli.ts') });
  const silent = new SilentSpeech();
  const chosen = (voice: string | undefined): Speech => (voice === 'silent' ? silent : espeak);
  return {
    identity: `${espeak.identity}; ${silent.identity}`,
    price: (request) => chosen(request.voice).price(request),
    speak: (request, signal) => chosen(request.voice).speak(request, signal),
  };
}
