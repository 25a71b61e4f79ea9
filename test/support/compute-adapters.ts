import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FormulaCheck, Renderer } from '../../functions/compute/port.ts';
import type { ResourceLimits } from '../../functions/compute/local/limits.ts';
import { makeCompute } from './compute.ts';
import { modalOn } from './modal-compute.ts';
import type { Emulator } from './modal-emulator/emulator.ts';
import { emulatedModal } from './modal-emulator/published.ts';

export interface ComputeWishes {
  /** Where formulas that were compiled are found again. */
  dataFolder: string;
  texLimits?: Partial<ResourceLimits>;
}

/** An adapter of the port, and where it may have left something. */
export interface OpenCompute {
  renderer: Renderer;
  formulas: FormulaCheck;
  /** Folder with the drawings of formulas, and what TeX said of others. */
  texFolder: string;
  /** What is still there of runs that have ended. */
  leftovers: () => string[];
}

export interface ComputeAdapter {
  name: string;
  contained: boolean;
  open: (wishes: ComputeWishes) => Promise<OpenCompute>;
  close: () => Promise<void>;
}

const local = (name: string, unsafeNoSandbox: boolean): ComputeAdapter => ({
  name,
  contained: !unsafeNoSandbox,
  async open({ dataFolder, texLimits = {} }) {
    const { renderer, formulas } = await makeCompute({ dataFolder, unsafeNoSandbox, texLimits });
    return { renderer, formulas, texFolder: join(dataFolder, 'tex'), leftovers: () => readdirSync(join(dataFolder, 'scratch')) };
  },
  close: async () => undefined,
});

export const sandboxed = local('in a sandbox', false);
const uncontained = local('without one', true);

/** The unmodified SDK on a Modal of the tests, which runs real processes. */
export function atEmulatedModal(): ComputeAdapter {
  let emulator: Promise<Emulator> | undefined;
  const closing: (() => Promise<void>)[] = [];
  return {
    name: 'at Modal',
    contained: true,
    async open({ dataFolder, texLimits = {} }) {
      const running = await (emulator ??= emulatedModal());
      const { compute, job } = await modalOn(running, { dataFolder, texLimits });
      const drawing = await job();
      closing.push(async () => {
        await drawing.close();
        await compute.close();
      });
      const leftovers = (): string[] => running.running().filter(({ tags }) => !tags.some(({ tagValue }) => tagValue === 'tex')).map(({ id }) => id);
      const { renderer, formulas } = drawing;
      return { renderer, formulas, texFolder: texFolderIn(dataFolder), leftovers };
    },
    async close() {
      for (const close of closing) await close();
      await (await emulator)?.close();
    },
  };
}

/** The same in the workspace that the environment has a token for. What it leaves there, a sweep lists. */
function atModalItself(): ComputeAdapter {
  const closing: (() => Promise<void>)[] = [];
  return {
    name: 'at Modal itself',
    contained: true,
    async open({ dataFolder, texLimits = {} }) {
      const token = { id: process.env['MODAL_TOKEN_ID'] ?? '', secret: process.env['MODAL_TOKEN_SECRET'] ?? '' };
      const { compute, job } = await modalOn({ token }, { dataFolder, texLimits });
      const drawing = await job();
      closing.push(() => drawing.close(), () => compute.close());
      const { renderer, formulas } = drawing;
      return { renderer, formulas, texFolder: texFolderIn(dataFolder), leftovers: () => [] };
    },
    async close() {
      for (const close of closing) await close();
    },
  };
}

/** The one of the image that drew there. */
const texFolderIn = (dataFolder: string): string => {
  const folder = join(dataFolder, 'tex-at-modal');
  return join(folder, readdirSync(folder)[0] ?? '');
};

/** Everything that draws: one suite for all of them. */
export const computeAdapters = (): ComputeAdapter[] =>
  process.env['LECTERN_TEST_COMPUTE'] === 'modal-live' ? [atModalItself()] : [sandboxed, uncontained, atEmulatedModal()];
