import { type Instruction, parseDockerfile, readAssignments } from '../../functions/deploy/dockerfile.ts';
import type { ImageRecipe } from '../../functions/deploy/image-recipe.ts';
import { type Root, runIn } from './root.ts';

export interface BuildState {
  environment: Record<string, string>;
  folder: string;
}

export interface Building {
  root: Root;
  /** In the place of the defaults of ARG. */
  buildArguments: Record<string, string>;
  log: (text: string) => void;
}

/** Carries out the commands of an image in a root, as a builder would: the ENV and WORKDIR that stand at the end are answered. */
export async function buildIn({ root, buildArguments, log }: Building, { commands }: ImageRecipe, before?: BuildState): Promise<BuildState> {
  let state: BuildState = before ?? { environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, folder: '/' };
  const given: Record<string, string> = {};
  const { instructions } = parseDockerfile(['FROM scratch', ...commands].join('\n'));
  for (const [index, instruction] of instructions.entries()) {
    log(`[${index + 1} of ${instructions.length}] ${instruction.keyword} ${instruction.text.slice(0, 110)}\n`);
    state = await carryOut(instruction, state, { root, buildArguments, log, given });
  }
  return state;
}

async function carryOut({ keyword, text, line }: Instruction, state: BuildState, building: Building & { given: Record<string, string> }): Promise<BuildState> {
  const { root, buildArguments, given, log } = building;
  if (keyword === 'ARG') {
    for (const [name, value] of readAssignments({ keyword, text, line, flags: [] })) given[name] = buildArguments[name] ?? value;
    return state;
  }
  if (keyword === 'ENV') return { ...state, environment: { ...state.environment, ...Object.fromEntries(readAssignments({ keyword, text, line, flags: [] })) } };
  if (keyword === 'WORKDIR') {
    const folder = text.startsWith('/') ? text : `${state.folder}/${text}`;
    await run(building, { argv: ['mkdir', '-p', folder] });
    return { ...state, folder };
  }
  if (keyword !== 'RUN') throw new Error(`This script does not know ${keyword}.`);
  const started = performance.now();
  await run(building, { argv: ['/bin/sh', '-c', text], environment: { ...root.carried, ...given, ...state.environment }, folder: state.folder });
  log(`    ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return state;
}

async function run({ root }: Building, command: Parameters<typeof runIn>[1]): Promise<void> {
  const { exitCode, output } = await runIn(root, command);
  if (exitCode === 0) return;
  throw new Error(`A step ended with ${exitCode}:\n${output.split('\n').slice(-40).join('\n')}`);
}
