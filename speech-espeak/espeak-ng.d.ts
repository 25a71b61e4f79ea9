/** The part of @echogarden/espeak-ng-emscripten 0.3.5 that is used here; the package brings no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface EspeakEvent {
    type: 'word' | 'phoneme' | 'sentence' | 'mark' | 'play' | 'end' | 'samplerate';
    /** 1-based, in code points of the text given. */
    text_position: number;
    word_length: number;
    /** Milliseconds. */
    audio_position: number;
    id: string | number | undefined;
  }

  interface EspeakVoice {
    name: string;
    identifier: string;
    languages: { priority: number; name: string }[];
  }

  interface EspeakWorker {
    list_voices(): EspeakVoice[];
    set_voice(name: string): number;
    get_samplerate(): number;
    set_rate(wordsPerMinute: number): void;
    set_pitch(percent: number): void;
    set_range(percent: number): void;
    /** The samples are a view of memory that is reused after the call. A callback that returns true stops the voice. */
    synthesize(text: string, callback: (samples: Int16Array | null, events: EspeakEvent[]) => boolean): void;
  }

  interface EspeakModule {
    eSpeakNGWorker: new () => EspeakWorker | Promise<EspeakWorker>;
    FS: { readdir(path: string): string[] };
  }

  export default function initialise(options: { print: (line: string) => void; printErr: (line: string) => void }): Promise<EspeakModule>;
}
