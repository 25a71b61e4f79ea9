import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import { LecternError } from '../shared/errors.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** What the set-up script wrote down about this machine. */
const setupSchema = z.object({ venv: z.string(), python: z.string(), dataFolder: z.string() });

export interface Config {
  checkout: string;
  /** The virtual environment that Manim stands in. */
  venv: string;
  /** Where artefacts, TeX cache and copies that a sandbox may read are kept between runs. */
  dataFolder: string;
  /** Where work folders are made. */
  workFolder: string;
  cores: number;
  /** The interpreter that runs this very process. */
  node: string;
}

/**
 * The one reader of the environment.
 * @throws LecternError `not_set_up` when the set-up script has not finished on this machine
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const setup = readSetup();
  const dataFolder = environment['LECTERN_DATA'] || setup.dataFolder;
  return {
    checkout,
    venv: setup.venv,
    dataFolder,
    workFolder: join(tmpdir(), 'lectern'),
    cores: positive(environment['LECTERN_CORES']) ?? availableParallelism(),
    node: process.execPath,
  };
}

function readSetup(): z.infer<typeof setupSchema> {
  try {
    return setupSchema.parse(JSON.parse(readFileSync(join(checkout, '.lectern/setup.json'), 'utf8')));
  } catch (cause) {
    throw new LecternError('not_set_up', { message: 'Lectern is not set up on this machine.', fix: 'Run: npm run setup', cause });
  }
}

function positive(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new LecternError('bad_environment', { message: `LECTERN_CORES is \`${text}\`, which is not a whole number above 0.`, fix: 'Set it to a number, or unset it.' });
}
