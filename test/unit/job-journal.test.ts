import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderJournal } from '../../functions/jobs/journal.ts';

const job = (digit: number) => ({
  jobId: `00000000-0000-4000-8000-00000000000${digit}`,
  userId: '5a85ea69-3c98-4b6c-884d-ce0b33881c8b',
  request: { lesson: '## One\n\nOne.\n', flavor: 'default', quality: 'preview' as const },
});
let folder: string;
beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'lectern-journal-')), 'jobs')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

test('jobs of this process are found again by it, those that have ended are not', async () => {
  const journal = folderJournal(folder);
  expect(await journal.adopt()).toEqual([]);
  await journal.add(job(1));
  await journal.add(job(2));
  await journal.remove(job(1).jobId);
  expect(await folderJournal(folder).adopt()).toEqual([job(2)]);
  expect(readdirSync(folder)).toEqual([`${job(2).jobId}.json`]);
});

test('jobs of a process that runs are left to it, and taken over once it has gone', async () => {
  const journal = folderJournal(folder);
  await journal.add(job(1));
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    const start = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
    writeFileSync(join(folder, `${job(1).jobId}.json`), JSON.stringify({ ...job(1), runner: `${other.pid} ${start}` }));
    expect(await journal.adopt()).toEqual([]);
    // The same id, given anew since then, is another process.
    writeFileSync(join(folder, `${job(2).jobId}.json`), JSON.stringify({ ...job(2), runner: `${other.pid} 1` }));
    expect(await journal.adopt()).toEqual([job(2)]);
  } finally {
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
  }
  expect(await journal.adopt()).toEqual([job(1), job(2)]);
});
