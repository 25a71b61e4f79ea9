import { expect, test } from 'vitest';
import { readSetup } from '../../scripts/read-setup.ts';
import { plantTree, runScript, type Ran } from '../support/planted-tree.ts';

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);

async function measure(text: string): Promise<Ran> {
  const { python } = await readSetup();
  const folder = await plantTree({ 'code/scene.py': text }, { copied: [] });
  return runScript('scripts/python_sizes.py', ['code'], { folder, interpreter: python });
}

test('a file of 250 lines of code passes, whatever else stands in it', async () => {
  const { exitCode, stdout } = await measure(`"""About\n\nthis.\n"""\n${lines(250, 'x = 1\n\n# why')}`);
  expect(stdout).toBe('1 files\n');
  expect(exitCode).toBe(0);
});

test('a file of 251 lines of code is too large', async () => {
  const { exitCode, stdout } = await measure(lines(251, 'x = 1'));
  expect(stdout).toContain('code/scene.py: 251 lines of code, more than 250');
  expect(exitCode).toBe(1);
});

test('a function of 61 lines of code is too large, its docstring not counted', async () => {
  const passing = await measure(`def draw() -> None:\n    """Draws.\n\n    Much.\n    """\n${lines(59, '    x = 1')}`);
  expect(passing.exitCode, passing.stdout).toBe(0);
  const failing = await measure(`def draw() -> None:\n${lines(60, '    x = 1')}`);
  expect(failing.stdout).toContain('code/scene.py:1: draw has 61 lines of code, more than 60');
  expect(failing.exitCode).toBe(1);
});
