import type { Verb } from './figure-fence.ts';
import { readLabel, readPair } from './figure-values.ts';

/** `zoom: A`, `zoom: [2, 1]`, `zoom: out`; `scale` is the part of the picture's width that remains. */
export const zoomVerb: Verb = {
  example: 'zoom: A, scale: 0.5',
  read: (written, details) => {
    const { value } = written;
    const to = Array.isArray(value) ? readPair(written) : readLabel(written);
    return [{ do: 'zoom', to: to === 'out' ? null : to, ...details }];
  },
};
