import { type Copy, DockerfileParser, type From, type Instruction as ParsedInstruction } from 'dockerfile-ast';
import { LecternError } from '../../shared/errors.ts';

/** An instruction of a Dockerfile, with its continued lines joined. */
export interface Instruction {
  /** In capitals. */
  keyword: string;
  /** Such as `--chown=10001`. */
  flags: string[];
  /** What stands after keyword and flags, on one line. */
  text: string;
  /** Where it begins, counted from 1. */
  line: number;
}

export interface Dockerfile {
  base: string;
  /** After FROM. */
  instructions: Instruction[];
}

export interface Copying {
  sources: string[];
  target: string;
}

/**
 * Reads a Dockerfile of one stage.
 * @throws LecternError `bad_dockerfile` for what could not be carried over to another builder: a second stage, a here-document
 */
export function parseDockerfile(content: string): Dockerfile {
  const parsed = DockerfileParser.parse(content).getInstructions();
  const [first, ...others] = parsed.map(readInstruction);
  const stages = parsed.filter((instruction) => instruction.getKeyword() === 'FROM');
  const base = (stages[0] as From | undefined)?.getImage();
  if (first?.keyword !== 'FROM' || !base || stages.length !== 1) throw refuse({ line: first?.line ?? 1 }, 'has to begin with its only FROM');
  return { base, instructions: others };
}

function readInstruction(parsed: ParsedInstruction): Instruction {
  const line = parsed.getRange().start.line + 1;
  const flags = 'getFlags' in parsed ? (parsed as Copy).getFlags().map(String) : [];
  const text = joinLines(parsed.getRawArgumentsContent() ?? '');
  if (text.includes('<<')) throw refuse({ line }, 'has a here-document');
  return { keyword: parsed.getKeyword(), flags, text, line };
}

/** As Docker does it: lines that are comments go, and a backslash at the end of a line goes with the end. */
const joinLines = (text: string): string => text.split('\n').filter((line) => !/^\s*#/.test(line)).join('\n').replace(/\s*\\[ \t]*\n\s*/g, ' ').trim();

/** Sources, and where they go. @throws LecternError `bad_dockerfile` where it is not told in words apart */
export function readCopy(instruction: Instruction): Copying {
  const words = instruction.text.split(/\s+/);
  const target = words.pop();
  if (target === undefined || words.length === 0 || instruction.text.startsWith('[')) throw refuse(instruction, 'names no source and target');
  return { sources: words, target };
}

/** What ARG and ENV set. */
export function readAssignments({ text }: Instruction): [string, string][] {
  const words = text.match(/[A-Za-z_]\w*=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g) ?? [];
  return words.map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1).replace(/^(["'])(.*)\1$/, '$2')];
  });
}

export const refuse = ({ line }: { line: number }, why: string): LecternError =>
  new LecternError('bad_dockerfile', { message: `Line ${line} of the Dockerfile ${why}.`, fix: 'Write it as the other instructions are written: one stage, plain words, files copied by name.' });
