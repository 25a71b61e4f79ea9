import { type Flavor, flavorFileSchemas } from '../../shared/contract/flavor.ts';
import { LecternError } from '../../shared/errors.ts';
import type { KnownModels } from './port.ts';
import { type FlavorSource, type Part, parts } from './read-flavor.ts';
import { type FileFault, schemaFaults } from './yaml-file.ts';

export type Checked = { flavor: Flavor } | { faults: FileFault[] };

/** Holds a flavor to its form, once what it does not say has been taken from the default's files. */
export function checkFlavor(source: FlavorSource, standard: FlavorSource, models: KnownModels): Checked {
  const faults: FileFault[] = [];
  const values: Partial<Record<Part, unknown>> = {};
  for (const part of parts) {
    const own = source.files[part];
    const value = merged(standard.files[part]?.values ?? {}, own?.values ?? {});
    const result = flavorFileSchemas[part].safeParse(value);
    if (result.success) values[part] = result.data;
    else if (own) faults.push(...schemaFaults(own.file, own, result.error.issues));
  }
  const flavor = { name: source.name, ...values } as Partial<Flavor>;
  faults.push(...unknownModels(source, flavor, models));
  return faults.length > 0 ? { faults } : { flavor: flavor as Flavor };
}

/** Key by key and level by level; lists are taken whole. */
function merged(standard: unknown, own: unknown): unknown {
  if (!isMapping(standard) || !isMapping(own)) return own;
  const result = { ...standard };
  for (const [key, value] of Object.entries(own)) result[key] = key in standard ? merged(standard[key], value) : value;
  return result;
}

const isMapping = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function unknownModels({ files }: FlavorSource, flavor: Partial<Flavor>, models: KnownModels): FileFault[] {
  const { parameters: own } = files;
  if (!own) return [];
  return Object.entries(flavor.parameters?.models ?? {}).flatMap(([use, model]) => {
    const message = faultOfModel(model, models);
    return message === undefined ? [] : [{ file: own.file, ...own.placeOf(['models', use]), message }];
  });
}

function faultOfModel(model: string, models: KnownModels): string | undefined {
  try {
    models.outputLimitTokens(model);
    return undefined;
  } catch (error) {
    if (error instanceof LecternError) return `${error.message} ${error.fix}`;
    throw error;
  }
}
