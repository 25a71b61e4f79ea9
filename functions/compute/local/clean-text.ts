const LONGEST_TEXT = 4000;

// eslint-disable-next-line no-control-regex -- control characters are what this is here to remove
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A text of scene code for human eyes: no control or direction characters, no escape sequences, no endless lines. */
export function cleanText(text: string, longest: number = LONGEST_TEXT): string {
  // eslint-disable-next-line no-control-regex -- terminal escape sequences begin with a control character
  const plain = text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(UNPRINTABLE, '').trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}

/** Scene code as text that can be kept, shown and asked about: every line where it stands, no control or direction characters. */
export const cleanCode = (code: string, longest: number): string => code.replace(UNPRINTABLE, '').slice(0, longest);
