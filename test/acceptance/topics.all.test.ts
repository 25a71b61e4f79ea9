import { join } from 'node:path';
import { afterAll } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { topicSuite } from '../support/topic-suite.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** What is left for the long run. */
const films = [
  'acid-base-titration', 'bayes-theorem', 'binary-search', 'derivative-as-slope', 'harmonic-series', 'periodic-table', 'projectile-motion',
  'sieve-of-eratosthenes', 'supply-and-demand',
].map((slug) => ({ slug }));

topicSuite(films, scratch.path, { LECTERN_DATA: join(scratch.path, 'data') });
