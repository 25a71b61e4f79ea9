import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Setup = z.object({ venv: z.string(), python: z.string(), interpreter: z.string(), dataFolder: z.string() });

/** What scripts/setup.sh has recorded about this checkout; the scripts of package.json run that script first. */
export async function readSetup(): Promise<z.infer<typeof Setup>> {
  return Setup.parse(JSON.parse(await readFile('.lectern/setup.json', 'utf8')));
}
