/** Start and end of every character (code point) of a text, in ElevenLabs' shape. */
export interface CharacterTimes {
  characters: string[];
  characterStartTimesSeconds: number[];
  characterEndTimesSeconds: number[];
}

/** Mono speech with the times of what it says. */
export interface SpeechAudio {
  samples: Int16Array;
  sampleRate: number;
  alignment: CharacterTimes;
}
