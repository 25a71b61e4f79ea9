import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_CHARACTERS, embedCommands } from '../../../functions/deploy/embed.ts';

const files = [
  { path: 'wheel.whl', content: randomBytes(200_000) },
  { path: 'deep/er/empty', content: Buffer.alloc(0) },
  { path: "deep/it's.txt", content: Buffer.from('a $line with "quotes"\n') },
];

/** As a builder runs them: each in a shell of its own, whose /tmp is the image's. */
function runCommands(commands: string[], folder: string): number[] {
  return commands.map((command) => {
    const words = ['--ro-bind', '/', '/', '--bind', folder, folder, '--bind', folder, '/tmp', '/bin/sh', '-c', command.replace(/^RUN /, '')];
    return spawnSync('bwrap', words, { encoding: 'utf8' }).status ?? -1;
  });
}

describe('files that are written into commands', () => {
  test('come out as they went in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lectern-embed-'));
    const commands = await embedCommands(files, '/tmp/place');
    expect(commands.length).toBeGreaterThan(3);
    expect(runCommands(commands, folder)).toEqual(commands.map(() => 0));
    for (const { path, content } of files) expect((await readFile(join(folder, 'place', path))).equals(content)).toBe(true);
    expect((await stat(join(folder, 'place/deep/er'))).mode & 0o777).toBe(0o755);
  });

  test('stop the build where a piece is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lectern-embed-'));
    const commands = (await embedCommands(files, '/tmp/place')).toSpliced(1, 1);
    expect(runCommands(commands, folder).at(-1)).not.toBe(0);
    await expect(stat(join(folder, 'place'))).rejects.toThrow();
  });

  test('give the same commands in any order, each short enough for builders', async () => {
    const commands = await embedCommands(files, '/place');
    expect(await embedCommands([...files].reverse(), '/place')).toEqual(commands);
    for (const command of commands) expect(command.length).toBeLessThanOrEqual(COMMAND_CHARACTERS);
  });
});
