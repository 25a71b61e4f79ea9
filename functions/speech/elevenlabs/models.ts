import { LecternError } from '../../../shared/errors.ts';

/** What is known of a model of ElevenLabs. Without a subscription's discount; credits are one a character, half of one for flash. */
export interface VoiceModel {
  microDollarsACharacter: number;
  /** The longest text of one call. */
  charactersAtOnce: number;
  /** Whether it takes the language, or finds it out by itself. */
  takesLanguage: boolean;
  /** The day on which the price was read. */
  pricedOn: string;
}

const PRICED_ON = '2026-11-20';

/** Sources: elevenlabs.io/docs/models and elevenlabs.io/pricing/api. */
const voiceModels: Record<string, VoiceModel> = {
  eleven_multilingual_v2: { microDollarsACharacter: 100, charactersAtOnce: 10_000, takesLanguage: false, pricedOn: PRICED_ON },
  eleven_flash_v2_5: { microDollarsACharacter: 50, charactersAtOnce: 40_000, takesLanguage: true, pricedOn: PRICED_ON },
};

export const USUAL_MODEL = 'eleven_multilingual_v2';

/** @throws LecternError `unknown_model` */
export function voiceModel(name: string): VoiceModel {
  const model = Object.hasOwn(voiceModels, name) ? voiceModels[name] : undefined;
  if (model) return model;
  throw new LecternError('unknown_model', {
    message: `Lectern knows no voice model named \`${name}\`.`,
    fix: `Choose one of ${Object.keys(voiceModels).join(', ')}, or add the model with its price to functions/speech/elevenlabs/models.ts.`,
  });
}
