import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sectionReportSchema } from '../../shared/contract/report.ts';
import { makeFolder, never, renderScene, smallJob } from '../support/compute.ts';
import { type ComputeAdapter, computeAdapters, type OpenCompute } from '../support/compute-adapters.ts';
import { circle as drawing, scene } from '../support/scenes.ts';

const folder = makeFolder();
const newClip = (): string => join(folder, `${randomUUID()}.mp4`);

const countFrames = (path: string): string =>
  spawnSync('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,width,nb_read_frames', '-of', 'csv=p=0', path], { encoding: 'utf8' }).stdout.trim();

const adapters = computeAdapters();
const dataFolderOf = ({ name }: ComputeAdapter): string => join(folder, name.replaceAll(' ', '-'));
afterAll(async () => {
  for (const adapter of adapters) await adapter.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(adapters)('scene code $name', (adapter) => {
  let compute: OpenCompute;
  beforeAll(async () => {
    compute = await adapter.open({ dataFolder: dataFolderOf(adapter) });
  });

  it('becomes a clip of exactly the frames that were asked for, and tells how far it is', async () => {
    const clipPath = newClip();
    const told: [number, number][] = [];
    const report = await compute.renderer.render({ job: smallJob(drawing, 23), assetPaths: [], clipPath }, { signal: never, onFrames: (done, total) => told.push([done, total]) });
    expect(sectionReportSchema.parse(report)).toEqual(report);
    expect(report.failure).toBeUndefined();
    expect(report.frames).toBe(23);
    expect(report.versions['manim']).toBe('0.22.0');
    expect(countFrames(clipPath)).toBe('h264,256,23');
    expect(told.at(-1)).toEqual([23, 23]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).toSorted((a, b) => a - b));
    expect(report.notes.some((note) => note.includes('without a sandbox'))).toBe(!adapter.contained);
  });

  it('asks for its formulas, and finds those that were checked before', async () => {
    expect(await compute.formulas.check([String.raw`\frac{p}{q}`], never)).toEqual([]);
    const before = readdirSync(compute.texFolder).length;
    const report = await renderScene(compute, smallJob(scene('with self.beat(0):', String.raw`    self.add(MathTex(r"\frac{p}{q}"))`)), newClip());
    expect(report.failure).toBeUndefined();
    expect(readdirSync(compute.texFolder)).toHaveLength(before);
    const another = await renderScene(compute, smallJob(scene('with self.beat(0):', '    self.add(MathTex(r"u = v", "w"))')), newClip());
    expect(another.failure).toBeUndefined();
    expect(readdirSync(compute.texFolder)).toHaveLength(before + 1);
  });

  it('that raises is told with class, message, line and beat', async () => {
    const clipPath = newClip();
    const { failure } = await renderScene(compute, smallJob(scene('with self.beat(0):', '    raise KeyError("no such thing")')), clipPath);
    expect(failure).toMatchObject({ kind: 'code', errorClass: 'KeyError', line: 7, beat: 0 });
    expect(failure?.message).toContain('no such thing');
    expect(existsSync(clipPath)).toBe(false);
  });

  it('that writes what older Manim called otherwise is mended, and the report says so', async () => {
    const clipPath = newClip();
    const code = scene('with self.beat(0):', '    self.play(ShowCreation(Circle()))');
    const report = await renderScene(compute, smallJob(code), clipPath);
    expect(report.failure).toBeUndefined();
    expect(report.findings).toEqual([expect.objectContaining({ rule: 'showcreation', found: 'check', errorClass: 'NameError', line: 7, mended: true })]);
    expect(report.mendedCode).toBe(code.replace('ShowCreation', 'Create'));
    expect(countFrames(clipPath)).toBe('h264,256,15');
  });

  it('that breaks off is told to be cut short, and is not drawn', async () => {
    const report = await renderScene(compute, smallJob(scene('self.add(Circle(')), newClip());
    expect(report.findings).toEqual([expect.objectContaining({ rule: 'truncated', errorClass: 'SyntaxError', mended: false })]);
    expect(report.failure).toMatchObject({ kind: 'code', errorClass: 'SyntaxError', line: 6 });
    expect(report.resources.drawnFrames).toBe(0);
  });

  it('ends when its render is cancelled, and leaves nothing behind', async () => {
    const cancel = new AbortController();
    const clipPath = newClip();
    const rendering = compute.renderer.render({ job: smallJob(drawing, 20_000), assetPaths: [], clipPath }, { signal: cancel.signal, onFrames: () => cancel.abort() });
    await expect(rendering).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(existsSync(clipPath)).toBe(false);
    expect(compute.leftovers()).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe.each(adapters.filter(({ contained }) => contained))('what else scene code does $name', (adapter) => {
  let compute: OpenCompute;
  beforeAll(async () => {
    compute = await adapter.open({ dataFolder: dataFolderOf(adapter) });
  });

  it('finds its assets, byte for byte', async () => {
    const assetPath = join(folder, `${randomUUID()}.bin`);
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    writeFileSync(assetPath, content);
    const code = scene('import hashlib, pathlib', "raise RuntimeError(hashlib.sha256(pathlib.Path('data.bin').read_bytes()).hexdigest())");
    const job = { ...smallJob(code), assets: [{ name: 'data.bin', bytes: content.length }] };
    const report = await compute.renderer.render({ job, assetPaths: [assetPath], clipPath: newClip() }, { signal: never, onFrames: () => undefined });
    expect(report.failure?.message).toBe(spawnSync('sha256sum', [assetPath], { encoding: 'utf8' }).stdout.slice(0, 64));
  });

  it('that is not Python, or has no scene, is told so', async () => {
    expect((await renderScene(compute, smallJob('class Section(:'), newClip())).failure).toMatchObject({ kind: 'code', errorClass: 'SyntaxError', line: 1 });
    expect((await renderScene(compute, smallJob('x = 1'), newClip())).failure?.kind).toBe('code');
  });

  it("with a formula that does not compile is told TeX's own words", async () => {
    const { failure } = await renderScene(compute, smallJob(scene('with self.beat(0):', String.raw`    self.add(MathTex(r"\nosuchthing"))`)), newClip());
    expect(failure).toMatchObject({ kind: 'tex', line: 7 });
    expect(failure?.message).toContain('Undefined control sequence');
    expect(failure?.message).toContain(String.raw`\nosuchthing`);
  });

  it('that asks for a compiler with a shell of its own gets none', async () => {
    const code = scene('with self.beat(0):', '    self.add(Tex("x", tex_template=TexTemplate(tex_compiler="lualatex", output_format=".pdf")))');
    const { failure } = await renderScene(compute, smallJob(code), newClip());
    expect(failure?.kind).toBe('tex');
    expect(failure?.message).toContain('lualatex');
  });

  it('that ends its worker is told with the last words', async () => {
    const { failure } = await renderScene(compute, smallJob(scene('import os, sys', 'print("\\x1b[31mgoodbye", file=sys.stderr, flush=True)', 'os._exit(3)')), newClip());
    expect(failure).toMatchObject({ kind: 'sandbox', errorClass: 'WorkerLost' });
    expect(failure?.message).toMatch(/ended with 3 and no report.*goodbye$/);
  });

  it.each([
    ['is not JSON', 'b"nonsense\\n"'],
    ['is of no known type', 'b\'{"type":"surprise"}\\n\''],
    ['has no end', 'b"x" * 6000000'],
    ['announces a video without a report', 'b\'{"type":"video","bytes":10}\\n0123456789\''],
    ['claims that the sandbox was lost', 'REPORT % b\'"failure":{"kind":"sandbox","errorClass":"x","message":"x"}\''],
    ['reports more frames than there are', 'REPORT % b\'"frames":99\''],
  ])('whose message %s is stopped for it', async (_, message) => {
    const report = 'b\'{"type":"report","report":{"frames":0,"beats":[],"geometry":[],"resources":{"wallSeconds":0,"cpuSeconds":0,"peakMemoryMiB":0,"drawnFrames":0},"versions":{},"notes":[],%s}}\\n\'';
    const code = scene('import os, time', `REPORT = ${report}`, `data = ${message}`, 'while data:', '    data = data[os.write(4, data):]', 'time.sleep(60)');
    const clipPath = newClip();
    expect((await renderScene(compute, smallJob(code), clipPath)).failure).toMatchObject({ kind: 'protocol', errorClass: 'ProtocolError' });
    expect(existsSync(clipPath)).toBe(false);
  });
});

it.each(adapters)('two adapters of the same package name themselves alike $name', async (adapter) => {
  const [one, other] = await Promise.all([adapter.open({ dataFolder: join(folder, 'one') }), adapter.open({ dataFolder: join(folder, 'other') })]);
  expect(one.renderer.identity).toBe(other.renderer.identity);
  expect(one.renderer.identity).toMatch(/^lectern_render (at Modal im-)?[0-9a-f]{22,32}$/);
});
