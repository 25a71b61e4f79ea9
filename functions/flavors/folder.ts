import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Flavor, flavorNameSchema } from '../../shared/contract/flavor.ts';
import { LecternError } from '../../shared/errors.ts';
import { checkFlavor } from './check-flavor.ts';
import type { FlavorLog, Flavors, KnownModels } from './port.ts';
import { fileNames, readFlavor } from './read-flavor.ts';
import type { FileFault } from './yaml-file.ts';

const DEFAULT = 'default';

export interface FlavorFolder {
  folder: string;
  log: FlavorLog;
  /** A flavor that asks for a model which is not among them stops the start. */
  models: KnownModels;
}

/**
 * Finds and reads every flavor under a folder, once. What a flavor's files do not say is as the default's say it.
 * @throws LecternError `bad_flavor` with file, line and column of everything that is wrong, or `no_default_flavor`
 */
export async function folderFlavors({ folder, log, models }: FlavorFolder): Promise<Flavors> {
  const names = await flavorNames(folder);
  log.debug({ flavors: names }, 'flavors found');
  const sources = await Promise.all(names.map((name) => readFlavor(name, { folder, log })));
  const [standard] = sources;
  refuse(sources.flatMap(({ faults }) => faults));
  if (standard?.name !== DEFAULT || Object.keys(standard.files).length < Object.keys(fileNames).length) throw noDefault(folder);
  // The default first: what is wrong with it would be found again in every other one.
  const flavors = new Map<string, Flavor>();
  for (const group of [[standard], sources.slice(1)]) {
    const checked = group.map((source) => checkFlavor(source, standard, models));
    refuse(checked.flatMap((result) => ('faults' in result ? result.faults : [])));
    for (const result of checked) if ('flavor' in result) flavors.set(result.flavor.name, result.flavor);
  }
  return { names: [DEFAULT, ...names.slice(1)], chosen: (name) => choose(name, flavors, log) };
}

/** The default first, the others by their names. */
async function flavorNames(folder: string): Promise<string[]> {
  const entries = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'));
  const kinds = await Promise.all(entries.map((name) => stat(join(folder, name))));
  const names = entries.filter((_, index) => kinds[index]?.isDirectory());
  const unusable = names.filter((name) => !flavorNameSchema.safeParse(name).success);
  if (unusable.length > 0) {
    throw new LecternError('bad_flavor', {
      message: `A flavor cannot be called ${unusable.map((name) => `“${name}”`).join(' or ')}.`,
      fix: `Name the folder under ${folder} with up to 40 small letters, digits, dashes and underscores.`,
    });
  }
  return names.sort((a, b) => Number(b === DEFAULT) - Number(a === DEFAULT) || (a < b ? -1 : 1));
}

function choose(name: string | undefined, flavors: ReadonlyMap<string, Flavor>, log: FlavorLog): ReturnType<Flavors['chosen']> {
  const standard = flavors.get(DEFAULT);
  const flavor = flavors.get(name ?? DEFAULT) ?? standard;
  if (!flavor) throw new Error('The default flavor is there from the start.');
  const isThere = name === undefined || flavor.name === name;
  const warning = isThere ? undefined : `There is no flavor called “${name}”: the default is taken. There are ${[...flavors.keys()].join(', ')}.`;
  if (warning !== undefined) log.warn({ asked: name, flavor: flavor.name }, 'flavor not found, the default is taken');
  log.debug({ asked: name, flavor: flavor.name, parameters: flavor.parameters, characters: charactersOf(flavor) }, 'flavor chosen');
  return { flavor, warning };
}

/** How long the prompts are: they themselves have no place in a log. */
const charactersOf = ({ plan, scene, repair }: Flavor): Record<string, number> => ({
  plan: JSON.stringify(plan).length,
  scene: JSON.stringify(scene).length,
  repair: JSON.stringify(repair).length,
});

function refuse(faults: FileFault[]): void {
  if (faults.length === 0) return;
  throw new LecternError('bad_flavor', {
    message: faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'),
    fix: 'Correct the file at that line; docs/flavors.md says what each file holds.',
  });
}

const noDefault = (folder: string): LecternError =>
  new LecternError('no_default_flavor', {
    message: `There is no flavor “default” with all of its files in ${folder}.`,
    fix: `Bring flavors/default back, with ${Object.values(fileNames).join(', ')}: every other flavor rests on it.`,
  });
