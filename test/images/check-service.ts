import { setTimeout as delay } from 'node:timers/promises';
import type { BuildState } from './build.ts';
import { type Root, runIn } from './root.ts';

export async function checkService(root: Root, { environment, folder }: BuildState): Promise<string> {
  void delay;
  const { exitCode, output } = await runIn(root, { argv: ['setpriv', '--reuid=10001', '--regid=10001', '--clear-groups', 'node', 'functions/cli.ts', '--help'], environment, folder });
  if (exitCode !== 0) throw new Error(output);
  return output.slice(0, 100);
}
