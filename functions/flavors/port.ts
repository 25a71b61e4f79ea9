import type { Flavor } from '../../shared/contract/flavor.ts';

export interface ChosenFlavor {
  flavor: Flavor;
  /** What to tell whoever asked for a flavor that there is not: the default one was taken. */
  warning: string | undefined;
}

/** The folders of prompts and parameters that were found at start. */
export interface Flavors {
  /** All that can be asked for; the first is the default. */
  names: readonly [string, ...string[]];
  /** The flavor of that name; the default where none is asked for, and, with a warning, where there is none of that name. */
  chosen: (name: string | undefined) => ChosenFlavor;
}

/** The part of a log that flavors are told to. */
export interface FlavorLog {
  debug(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** The part of the table of models that flavors are held to. */
export interface KnownModels {
  /** @throws LecternError `unknown_model` */
  outputLimitTokens(model: string): number;
}
