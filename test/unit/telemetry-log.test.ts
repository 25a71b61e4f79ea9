import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const checkout = new URL('../..', import.meta.url).pathname;

it('ends nothing where its disk is full', () => {
  const program = `import { pinoLog } from './functions/telemetry/pino.ts';
    import { scrubber } from './functions/telemetry/scrub.ts';
    const log = pinoLog('info', scrubber([]));
    for (let line = 0; line < 20_000; line += 1) log.info({ line }, 'A line that finds no room, and another, until those are too many that wait for it.');
    process.stdout.write('went on');`;
  const words = ['-c', 'exec "$@" 2>/dev/full', 'sh', process.execPath, '--input-type=module-typescript', '--eval', program];
  expect(spawnSync('sh', words, { cwd: checkout, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'went on' });
});
