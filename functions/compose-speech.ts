import { join } from 'node:path';
import { systemWait } from './clock/wait.ts';
import type { Config, ProviderConfig } from './config.ts';
import type { Ports } from './pipeline/ports.ts';
import { lazyClient } from './speech/elevenlabs/client.ts';
import { ElevenLabsSpeech } from './speech/elevenlabs/elevenlabs-speech.ts';
import { EspeakSpeech } from './speech/espeak/espeak-speech.ts';
import type { Speech } from './speech/port.ts';
import { SilentSpeech } from './speech/silent/silent-speech.ts';

/** Who speaks: the paid provider where its key is there, else the speech that needs nobody. */
export function openSpeech(config: Config, { elevenLabs, speechDown }: ProviderConfig): Pick<Ports, 'speech' | 'speechInstead'> {
  const espeak = new EspeakSpeech({ nodePath: config.node, cliPath: join(config.checkout, 'speech-espeak/cli.ts') });
  if (elevenLabs === undefined) return { speech: orSilent(espeak) };
  const { key, baseUrl, voiceId } = elevenLabs;
  const paid = new ElevenLabsSpeech({ openClient: lazyClient({ key, baseUrl }), voiceId, wait: systemWait });
  return { speech: orSilent(paid), ...(speechDown === 'other-voice' && { speechInstead: orSilent(espeak) }) };
}

/** Silence for the voice called “silent”, whoever speaks otherwise. */
function orSilent(speech: Speech): Speech {
  const silent = new SilentSpeech();
  const chosen = (voice: string | undefined): Speech => (voice === 'silent' ? silent : speech);
  return {
    identity: `${speech.identity}; ${silent.identity}`,
    price: (request) => chosen(request.voice).price(request),
    speak: (request, signal) => chosen(request.voice).speak(request, signal),
  };
}
