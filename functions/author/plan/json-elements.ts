import { JSONParser } from '@streamparser/json';

/** Takes a reply piece by piece. */
export interface ElementReader {
  write(piece: string): void;
}

/**
 * Finds each element of the list `name` of a JSON object as soon as its text is complete, however that is cut. What stands before the
 * object and after it (a fence, a word of greeting) is passed over. Text that is not JSON ends the reading: what is wrong with
 * the whole is told by whoever reads the whole.
 */
export function elementReader(name: string, onElement: (element: unknown) => void): ElementReader {
  const parser = new JSONParser({ paths: [`$.${name}.*`], keepStack: false });
  let ended = false;
  let started = false;
  parser.onValue = ({ value }) => onElement(value);
  parser.onError = () => void (ended = true);
  parser.onEnd = () => void (ended = true);
  return {
    write(piece) {
      if (ended) return;
      const start = started ? 0 : piece.indexOf('{');
      if (start < 0) return;
      started = true;
      parser.write(piece.slice(start));
    },
  };
}
