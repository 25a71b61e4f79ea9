import { join } from 'node:path';
import { afterAll } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { filmSuite } from '../support/film-suite.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** What is left for the long run: the other examples whole, and all of them in the light theme. */
const others = ['fourier', 'photosynthesis', 'oferta-y-demanda'];
const all = ['pythagoras', 'binary-search', ...others];
const films = [...others.map((lesson) => ({ lesson, words: [] })), ...all.map((lesson) => ({ lesson, words: ['--theme', 'light'] }))];

filmSuite(films, scratch.path, { LECTERN_DATA: join(scratch.path, 'data') });
