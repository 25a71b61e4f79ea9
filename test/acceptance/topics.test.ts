import { join } from 'node:path';
import { afterAll } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { topicSuite } from '../support/topic-suite.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** One that goes well, and two in which a model makes the mistakes that models make. */
topicSuite([{ slug: 'doppler-effect' }, { slug: 'compound-interest' }], scratch.path, { LECTERN_DATA: join(scratch.path, 'data') });
