import { LecternError } from '../../../shared/errors.ts';

export interface EspeakVoice {
  name: string;
  identifier: string;
  /** A smaller priority is a better match. */
  languages: { name: string; priority: number }[];
}

export interface EspeakVoices {
  voices: EspeakVoice[];
  variants: string[];
}

export interface ChosenVoice {
  identifier: string;
  variant: string | undefined;
}

/** Where espeak-ng's own list leaves the choice open, or answers with an accent that few lessons mean. */
const PREFERRED: Record<string, string> = { en: 'en-us', zh: 'cmn', 'zh-hk': 'yue', 'zh-mo': 'yue', no: 'nb', nn: 'nb' };

const preferred = (tag: string): string => PREFERRED[tag] ?? (/^es-(?!es$)[a-z]{2}$/.test(tag) ? 'es-419' : tag);

const speaking = (voices: EspeakVoice[], tag: string): EspeakVoice | undefined => {
  const priority = (voice: EspeakVoice): number => voice.languages.find(({ name }) => name.toLowerCase() === tag)?.priority ?? Infinity;
  return voices.filter((voice) => priority(voice) < Infinity).sort((a, b) => priority(a) - priority(b))[0];
};

/** The best voice of a BCP 47 tag, which loses its last subtag until a voice speaks it. */
function voiceOfLanguage(voices: EspeakVoice[], language: string): EspeakVoice | undefined {
  for (let parts = language.toLowerCase().split('-'); parts.length > 0; parts = parts.slice(0, -1)) {
    const tag = parts.join('-');
    const found = speaking(voices, preferred(tag));
    if (found !== undefined) return found;
  }
  return undefined;
}

const primaryTag = (voice: EspeakVoice): string => (voice.languages[0]?.name ?? '').split('-')[0] ?? '';

const languageList = (voices: EspeakVoice[]): string => [...new Set(voices.map(primaryTag))].sort().join(', ');

const voiceNames = (voices: EspeakVoice[]): string => voices.map(({ languages }) => languages[0]?.name ?? '').sort().join(', ');

function namedVoice(list: EspeakVoices, name: string, language: string): EspeakVoice {
  const wanted = name.toLowerCase();
  const found = list.voices.find((voice) => voice.identifier.toLowerCase() === wanted || voice.name.toLowerCase() === wanted) ?? speaking(list.voices, wanted);
  if (found !== undefined) return found;
  const own = voiceOfLanguage(list.voices, language);
  const related = own === undefined ? list.voices : list.voices.filter((voice) => primaryTag(voice) === primaryTag(own));
  throw new LecternError('speech-voice', {
    message: `espeak-ng has no voice called "${name}".`,
    fix: `For ${language} there are: ${voiceNames(related)}. Any of them may carry a variant, as in "${related[0]?.languages[0]?.name}+f3": ${list.variants.join(', ')}.`,
  });
}

/**
 * The voice for a language, or the one that was asked for: a name of espeak-ng's list (`en-gb`, `gmw/en-US`, `Spanish (Spain)`),
 * `name+variant`, or `+variant` alone.
 * @throws LecternError `speech-language` or `speech-voice`, naming what is available
 */
export function chooseVoice(list: EspeakVoices, language: string, voice: string | undefined): ChosenVoice {
  const [name = '', variant] = (voice ?? '').trim().split('+');
  if (variant !== undefined && !list.variants.includes(variant)) {
    throw new LecternError('speech-voice', { message: `espeak-ng has no variant called "${variant}".`, fix: `There are: ${list.variants.join(', ')}.` });
  }
  if (name !== '') return { identifier: namedVoice(list, name, language).identifier, variant };
  const found = voiceOfLanguage(list.voices, language);
  if (found === undefined) {
    throw new LecternError('speech-language', {
      message: `espeak-ng does not speak "${language}".`,
      fix: `Name a voice, or one of these languages: ${languageList(list.voices)}.`,
    });
  }
  return { identifier: found.identifier, variant };
}
