import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMediaStage } from '../../functions/compute/local/media-stage.ts';
import type { MediaTool } from '../../functions/compute/port.ts';
import { makeCompute, makeFolder, never } from '../support/compute.ts';

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const colour = (name: string, seconds = 1): string[] => ['-y', '-v', 'error', '-f', 'lavfi', '-i', `color=red:size=64x64:rate=10:duration=${seconds}`, '-pix_fmt', 'yuv420p', name];

describe.each([
  { name: 'in a sandbox', unsafeNoSandbox: false },
  { name: 'without one', unsafeNoSandbox: true },
])('ffmpeg $name', ({ unsafeNoSandbox }) => {
  const dataFolder = join(folder, unsafeNoSandbox ? 'unsafe' : 'sandboxed');
  let media: MediaTool;
  let work: string;
  beforeAll(async () => {
    ({ media } = await makeCompute({ dataFolder, unsafeNoSandbox }));
  });
  beforeEach(() => {
    // A folder that only its owner may enter, as a user's own mostly is.
    work = mkdtempSync(join(tmpdir(), 'lectern-media-'));
    chmodSync(work, 0o700);
    return () => rmSync(work, { recursive: true, force: true });
  });
  const run = (program: 'ffmpeg' | 'ffprobe', args: string[]) => media.run({ program, args, folder: work }, never);

  it('says which it is', () => {
    expect(media.identity).toMatch(/^ffmpeg version \S+/);
  });

  it('writes into the folder, and reads from it', async () => {
    expect(await run('ffmpeg', colour('a.mp4'))).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(work)).toEqual(['a.mp4']);
    expect(statSync(join(work, 'a.mp4')).uid).toBe(statSync(work).uid);
    const { stdout } = await run('ffprobe', ['-v', 'error', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', 'a.mp4']);
    expect(stdout.toString().trim()).toBe('10');
  });

  it('joins the files of a list, and overwrites what was there', async () => {
    await run('ffmpeg', colour('a.mp4'));
    await run('ffmpeg', colour('b.mp4', 2));
    writeFileSync(join(work, 'list.txt'), "file 'a.mp4'\nfile 'b.mp4'\n");
    writeFileSync(join(work, 'film.mp4'), 'old');
    const joined = await run('ffmpeg', ['-y', '-v', 'error', '-f', 'concat', '-i', 'list.txt', '-c', 'copy', 'film.mp4']);
    expect(joined).toMatchObject({ exitCode: 0, stderr: '' });
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', 'film.mp4']);
    expect(Number(stdout.toString())).toBeCloseTo(3, 1);
    expect(readdirSync(join(dataFolder, 'scratch'))).toEqual([]);
  });

  it('hands raw bytes to standard output, whole', async () => {
    const { stdout } = await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=blue:size=640x480:rate=10:duration=1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-']);
    expect(stdout).toHaveLength(640 * 480 * 3 * 10);
    expect([...stdout.subarray(-3)].map((value) => Math.round(value / 16))).toEqual([0, 0, 16]);
  });

  it('that fails is told by exit code and words', async () => {
    writeFileSync(join(work, 'broken.mp4'), 'this is not a video');
    const { exitCode, stderr } = await run('ffprobe', ['-v', 'error', 'broken.mp4']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('Invalid data');
  });

  it('leaves its inputs as they were', async () => {
    await run('ffmpeg', colour('a.mp4'));
    const before = readFileSync(join(work, 'a.mp4'));
    const { mtimeMs, ino } = statSync(join(work, 'a.mp4'));
    await run('ffmpeg', ['-y', '-v', 'error', '-i', 'a.mp4', '-c', 'copy', 'b.mp4']);
    expect(readFileSync(join(work, 'a.mp4'))).toEqual(before);
    expect(statSync(join(work, 'a.mp4'))).toMatchObject({ mtimeMs, ino });
  });

  it('is stopped when it is cancelled', async () => {
    const cancel = new AbortController();
    const running = media.run({ program: 'ffmpeg', args: ['-re', '-f', 'lavfi', '-i', 'anullsrc', '-f', 'null', '-'], folder: work }, cancel.signal);
    setTimeout(() => cancel.abort(), 200);
    await expect(running).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('reaches a file beside its folder only where there is no sandbox', async () => {
    await run('ffmpeg', colour('a.mp4'));
    const outside = join(folder, 'beside.mp4');
    writeFileSync(outside, readFileSync(join(work, 'a.mp4')), { mode: 0o644 });
    const { exitCode } = await run('ffprobe', ['-v', 'error', outside]);
    expect(exitCode === 0).toBe(unsafeNoSandbox);
  });
});

it('what a tool leaves behind besides files stays where it is', async () => {
  const [source, scratch] = [join(folder, 'source'), join(folder, 'scratch')];
  for (const path of [source, scratch]) mkdirSync(path);
  const stage = await createMediaStage({ args: [], folder: source }, { scratchFolder: scratch, asNobody: false });
  symlinkSync('/etc/hostname', join(stage.folder, 'film.mp4'));
  execFileSync('mkfifo', [join(stage.folder, 'poster.png')]);
  writeFileSync(join(stage.folder, 'captions.vtt'), 'WEBVTT');
  await stage.deliver();
  await stage.remove();
  expect(readdirSync(source)).toEqual(['captions.vtt']);
  expect(existsSync(stage.folder)).toBe(false);
});
