import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { flavorFileSchemas } from '../../shared/contract/flavor.ts';
import type { FlavorLog } from './port.ts';
import { type FileFault, readYamlFile, type YamlFile } from './yaml-file.ts';

export type Part = keyof typeof flavorFileSchemas;

export const fileNames: Record<Part, string> = {
  plan: 'plan_prompts.yaml',
  scene: 'scene_prompts.yaml',
  repair: 'repair_prompts.yaml',
  parameters: 'parameters.yaml',
};
export const parts = Object.keys(fileNames) as Part[];

/** The files of a flavor's folder as they stand, before they are held to their forms. */
export interface FlavorSource {
  name: string;
  /** Those that are there and are YAML. */
  files: Partial<Record<Part, YamlFile & { file: string }>>;
  faults: FileFault[];
}

/** Reads the files of one flavor; what is missing, and what nobody reads, is told to the log. */
export async function readFlavor(name: string, { folder, log }: { folder: string; log: FlavorLog }): Promise<FlavorSource> {
  const source: FlavorSource = { name, files: {}, faults: [] };
  for (const part of parts) {
    const file = join(folder, name, fileNames[part]);
    const text = await readIfThere(file);
    if (text === undefined) {
      log.warn({ flavor: name, file: fileNames[part] }, `the flavor ${name} has no ${fileNames[part]}: that of the default is taken`);
      continue;
    }
    const result = readYamlFile(file, text);
    if ('faults' in result) source.faults.push(...result.faults);
    else source.files[part] = { ...result.read, file };
    log.debug({ flavor: name, file: fileNames[part], characters: text.length }, 'flavor file read');
  }
  await warnOfStrangers(name, { folder, log });
  return source;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file whose name has a slip in it would go unnoticed otherwise. */
async function warnOfStrangers(name: string, { folder, log }: { folder: string; log: FlavorLog }): Promise<void> {
  const known: string[] = Object.values(fileNames);
  const strangers = (await readdir(join(folder, name))).filter((file) => /[.]ya?ml$/i.test(file) && !known.includes(file));
  for (const file of strangers) log.warn({ flavor: name, file }, `nobody reads ${file} of the flavor ${name}: the files are ${known.join(', ')}`);
}
