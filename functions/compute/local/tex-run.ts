import type { Launcher } from './launcher.ts';
import type { PythonEnvironment } from './python-environment.ts';
import { type StartTex, texEnvironment } from './tex-compiler.ts';

export interface TexRunParts {
  launcher: Launcher;
  python: PythonEnvironment;
  /** The script that runs inside: `tex_worker.py`. */
  scriptPath: string;
}

/** LaTeX on this machine, each run in a sandbox of its own. */
export const localTexRuns = ({ launcher, python, scriptPath }: TexRunParts): StartTex => ({ line, limits }, signal) => {
  const run = launcher.run({ readable: [...python.folders, scriptPath], environment: texEnvironment, limits, command: [python.interpreter, '-I', '-S', scriptPath] }, signal);
  run.allowSeconds(limits.wallSeconds, { kind: 'limit', errorClass: 'WallClock', message: `LaTeX was not done within ${limits.wallSeconds} s.` });
  run.input.end(line);
  return {
    messages: run.messages,
    stop: (reason) => run.stop({ kind: 'protocol', errorClass: 'ProtocolError', message: reason }),
    ended: run.ended.then(({ cause, stderr }) => ({ stopped: cause?.message, stderr })),
  };
};
