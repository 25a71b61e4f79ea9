import { type Dockerfile, type Instruction, readCopy, refuse } from './dockerfile.ts';
import { COMMAND_CHARACTERS, embedCommands, type EmbeddedFile } from './embed.ts';

/** What a builder without a local context makes an image of. */
export interface ImageRecipe {
  base: string;
  commands: string[];
}

/** The files that a source of a COPY stands for, by their paths below it; a file alone has its own name. */
export type ReadSource = (source: string) => Promise<{ isFolder: boolean; files: EmbeddedFile[] }>;

const CARRIED = new Set(['ADD', 'ARG', 'ENV', 'RUN', 'SHELL', 'WORKDIR']);
/** How a container of the image is run; whoever starts a sandbox says it there. */
const LEFT_OUT = new Set(['CMD', 'ENTRYPOINT', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME']);

/**
 * The commands that make the image of a Dockerfile, with everything that is copied from the local context written into them.
 * @throws LecternError `bad_dockerfile`
 */
export async function imageRecipe({ base, instructions }: Dockerfile, readSource: ReadSource): Promise<ImageRecipe> {
  const commands: string[] = [];
  let folder = '/';
  for (const instruction of instructions) {
    if (instruction.keyword === 'WORKDIR') folder = resolveIn(folder, instruction.text);
    commands.push(...(await commandsOf(instruction, { folder, readSource })));
  }
  return { base, commands };
}

async function commandsOf(instruction: Instruction, { folder, readSource }: { folder: string; readSource: ReadSource }): Promise<string[]> {
  const { keyword, flags, text } = instruction;
  if (keyword === 'COPY') return copyCommands(instruction, { folder, readSource });
  if (LEFT_OUT.has(keyword)) return [];
  if (!CARRIED.has(keyword)) throw refuse(instruction, `has the instruction ${keyword}, which is not known here`);
  const command = [keyword, ...flags, text].join(' ');
  if (command.length > COMMAND_CHARACTERS) throw refuse(instruction, 'is longer than builders take');
  return [command];
}

async function copyCommands(instruction: Instruction, { folder, readSource }: { folder: string; readSource: ReadSource }): Promise<string[]> {
  if (instruction.flags.length > 0) throw refuse(instruction, `copies with ${instruction.flags.join(' ')}`);
  const { sources, target } = readCopy(instruction);
  const place = resolveIn(folder, target);
  const found = await Promise.all(sources.map(readSource));
  const isFolder = target.endsWith('/') || found.some((source) => source.isFolder) || target === '.';
  if (!isFolder) throw refuse(instruction, 'copies to a name of its own; end the target in a slash');
  return embedCommands(found.flatMap(({ files }) => files), place);
}

const resolveIn = (folder: string, path: string): string => (path.startsWith('/') ? path : `${folder}/${path}`).replace(/\/\.?(?=\/|$)/g, '').replace(/^$/, '/');
