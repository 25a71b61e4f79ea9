import { join } from 'node:path';
import { afterAll } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { topicSuite } from '../support/topic-suite.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** One that goes well, one in which everything can be mended, and one in which a section cannot. */
const films = [{ slug: 'doppler-effect' }, { slug: 'compound-interest' }, { slug: 'quicksort', cards: [3] }];

topicSuite(films, scratch.path, { LECTERN_DATA: join(scratch.path, 'data') });
