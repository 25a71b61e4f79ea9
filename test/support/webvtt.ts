import * as mediaCaptions from 'media-captions';

interface StrictParser {
  parseText: (
    text: string,
    options: { type: 'vtt' | 'srt'; strict: boolean },
  ) => Promise<{ cues: { startTime: number; endTime: number; text: string }[]; errors: { message: string; line: number }[] }>;
}

// The package's own types are in a layout that TypeScript's node resolution cannot follow.
const { parseText } = mediaCaptions as unknown as StrictParser;

/** Reads WebVTT as strictly as the parser can: what is not as the standard says stands in `errors`. */
export const parseWebVtt = (text: string): ReturnType<StrictParser['parseText']> => parseText(text, { type: 'vtt', strict: true });
