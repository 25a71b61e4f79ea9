import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace } from '../../functions/artefacts/workspace.ts';
import { checkImageContext } from '../../functions/author/image-check.ts';
import { imageContext } from '../../functions/author/image.ts';
import type { MediaTool } from '../../functions/compute/port.ts';
import { makeCompute, makeFolder, never } from '../support/compute.ts';
import { runTool } from '../support/media-tools.ts';

const folder = makeFolder();
let media: MediaTool;
let workspace: Awaited<ReturnType<typeof openWorkspace>>;
beforeAll(async () => {
  ({ media } = await makeCompute({ dataFolder: join(folder, 'data') }));
  workspace = await openWorkspace(join(folder, 'work'), false);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An image as ffmpeg draws it. */
async function drawn(name: string, source: string, more: string[] = []): Promise<Buffer> {
  await runTool('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', '1', ...more, name], folder);
  return readFileSync(join(folder, name));
}

const shown = (bytes: Uint8Array) => imageContext(bytes, { media, workspace }, never);

/** Red, green and blue of one pixel. */
async function pixel(bytes: Uint8Array, [x, y]: [number, number]): Promise<number[]> {
  const path = await workspace.write(await workspace.folder('look'), 'image', bytes);
  const { stdout } = await runTool('ffmpeg', ['-v', 'error', '-i', path, '-vf', `crop=1:1:${x}:${y}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-']);
  return [...stdout];
}

describe('an image is shown to a model', () => {
  test('as PNG where it was drawn, and at its own size', async () => {
    const image = await shown(await drawn('small.png', 'color=red:size=300x200'));
    expect(image).toMatchObject({ type: 'image', mediaType: 'image/png' });
    expect(checkImageContext(image.bytes)).toEqual({ kind: 'png', width: 300, height: 200 });
    const [red = 0, ...others] = await pixel(image.bytes, [10, 10]);
    expect(red).toBeGreaterThan(250);
    expect(others).toEqual([0, 0]);
  });

  test('no larger than 1568 pixels, in its own proportions', async () => {
    const image = await shown(await drawn('large.jpg', 'testsrc2=size=4000x3000'));
    expect(image.mediaType).toBe('image/jpeg');
    expect(checkImageContext(image.bytes)).toEqual({ kind: 'jpeg', width: 1568, height: 1176 });
  });

  test('as JPEG where it is a photograph, whatever it came as', async () => {
    expect((await shown(await drawn('one.webp', 'testsrc2=size=200x100'))).mediaType).toBe('image/jpeg');
    const noise = await drawn('noise.png', 'color=gray:size=1300x1200,noise=alls=100:allf=u');
    expect(noise.length).toBeGreaterThan(3_000_000);
    expect((await shown(noise)).mediaType).toBe('image/jpeg');
  });

  test('on white where it was transparent', async () => {
    const image = await shown(await drawn('clear.png', 'color=black@0:size=100x100,format=rgba'));
    expect(await pixel(image.bytes, [50, 50])).toEqual([255, 255, 255]);
  });

  test('without what its maker wrote into it', async () => {
    const plain = await drawn('plain.jpg', 'testsrc2=size=200x100');
    const comment = Buffer.from('\xff\xfe\x00\x10Secret of mine', 'latin1');
    const signed = Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2)]);
    const { bytes } = await shown(signed);
    expect(signed.includes('Secret')).toBe(true);
    expect(Buffer.from(bytes).includes('Secret')).toBe(false);
  });

  test('by its first frame where it moves', async () => {
    await runTool('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=5:duration=1', 'moving.gif'], folder);
    expect(checkImageContext((await shown(readFileSync(join(folder, 'moving.gif')))).bytes)).toEqual({ kind: 'png', width: 64, height: 64 });
  });

  test('the same twice, so that what was asked with it is found again', async () => {
    const given = await drawn('twice.jpg', 'testsrc2=size=200x100');
    expect((await shown(given)).bytes).toEqual((await shown(given)).bytes);
  });

  test('not where it is damaged', async () => {
    const whole = await drawn('whole.png', 'testsrc2=size=300x200');
    await expect(shown(whole.subarray(0, 40))).rejects.toMatchObject({ code: 'bad_image_context' });
  });

  test('from the sandbox, which leaves nothing behind', () => {
    expect(readdirSync(join(folder, 'data', 'scratch'))).toEqual([]);
  });
});
