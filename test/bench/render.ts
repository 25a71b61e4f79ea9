// npm run bench:render [-- --quick] [--scenes DIR] [--quality final] [--rounds 3]: a film of plain Manim scenes, made by `manim render` and by Lectern. Runs alternate.
// With --tokens 1,2,4,8 the folder's first scene by so many processes at once: frames and CPU seconds of each.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryMiB, readTree } from '../../functions/compute/local/process-tree.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { readSetup } from '../../scripts/read-setup.ts';
import { machine } from './machine.ts';

type Quality = 'preview' | 'final';
interface Run {
  wallSeconds: number;
  cpuSeconds: number;
  peakMiB: number;
  bytes: number;
}
interface Scene {
  path: string;
  name: string;
  stem: string;
}

const { values: given } = parseArgs({ options: { quick: { type: 'boolean', default: false }, scenes: { type: 'string', default: 'test/bench/scenes' }, quality: { type: 'string', multiple: true, default: ['preview', 'final'] }, rounds: { type: 'string', default: '1' }, tokens: { type: 'string' } } });
const { python } = await readSetup();
const cores = availableParallelism();
const scratch = mkdtempSync(join(tmpdir(), 'lectern-bench-'));
// The sandbox's user has to enter it.
chmodSync(scratch, 0o755);
const dataFolder = join(scratch, 'data');
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));

const all = readdirSync(given.scenes).filter((name) => name.endsWith('.py')).sort().map((name): Scene => ({ path: resolve(given.scenes, name), stem: basename(name, '.py'), name: lastClass(join(given.scenes, name)) }));
const most = given.tokens !== undefined ? 1 : given.quick ? 2 : all.length;
const scenes = all.slice(0, most);

function lastClass(path: string): string {
  const names = [...readFileSync(path, 'utf8').matchAll(/^class (\w+)\(/gm)].map(([, name]) => name);
  return names.at(-1) ?? '';
}

interface Counted {
  command: string[];
  environment?: NodeJS.ProcessEnv;
  /** Whether the memory of all that it starts is looked at, four times a second. */
  looks?: boolean;
}

/** Runs a command; CPU seconds of everything that it started, the sandbox's processes included. */
async function counted({ command, environment = process.env, looks = false }: Counted): Promise<{ cpuSeconds: number; peakMiB: number; stdout: string }> {
  const path = join(scratch, `cpu-${Math.random()}`);
  const child = spawn('python3', ['test/bench/count_cpu.py', path, ...command], { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  let [peakMiB, stdout] = [0, ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  const looking = setInterval(() => {
    if (looks) peakMiB = Math.max(peakMiB, memoryMiB([...readTree(child.pid ?? 0).keys()], 0));
  }, 250);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with status ${code}.`);
  return { cpuSeconds: Number(readFileSync(path, 'utf8')), peakMiB, stdout };
}

const manimVideo = (folder: string, { stem, name }: Scene, quality: Quality): string => {
  const { height, framesPerSecond } = encoderProfiles[quality];
  return join(folder, 'videos', stem, `${height}p${framesPerSecond}`, `${name}.mp4`);
};

/** `manim render`, so many at once. Formulas and words that it has made before are kept, as Manim keeps them. */
async function byManim(quality: Quality, atOnce: number): Promise<Run> {
  const folder = join(scratch, 'manim');
  rmSync(join(folder, 'videos'), { recursive: true, force: true });
  const { width, height, framesPerSecond } = encoderProfiles[quality];
  const started = performance.now();
  const left = [...scenes];
  const runs: { cpuSeconds: number; peakMiB: number }[] = [];
  const work = async (): Promise<void> => {
    for (let scene = left.shift(); scene !== undefined; scene = left.shift()) {
      const size = ['-r', `${width},${height}`, '--fps', String(framesPerSecond)];
      runs.push(await counted({ command: [python, '-m', 'manim', 'render', ...size, '--disable_caching', '--progress_bar', 'none', '-v', 'ERROR', '--media_dir', folder, scene.path, scene.name], looks: true }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const bytes = scenes.reduce((sum, scene) => sum + statSync(manimVideo(folder, scene, quality)).size, 0);
  return {
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds: runs.reduce((sum, run) => sum + run.cpuSeconds, 0),
    peakMiB: atOnce * Math.max(...runs.map(({ peakMiB }) => peakMiB)),
    bytes,
  };
}

interface Ours extends Run {
  clips: string[];
}

interface Rendered {
  wallSeconds: number;
  /** CPU seconds that the workers have used before their jobs, and by their own report in them. */
  waitingSeconds: number;
  drawingSeconds: number;
  failures: { message: string }[];
}

async function renderOurs(plan: { quality: Quality; waitingWorkers: number; scenes: unknown[] }) {
  const [planPath, resultPath] = [join(scratch, 'plan.json'), join(scratch, 'result.json')];
  writeFileSync(planPath, JSON.stringify({ ...plan, dataFolder, cores, resultPath }));
  const host = await counted({ command: [process.execPath, 'test/bench/render-ours.ts', planPath], looks: true });
  const rendered = JSON.parse(readFileSync(resultPath, 'utf8')) as Rendered;
  if (rendered.failures.length > 0) throw new Error(rendered.failures.map(({ message }) => message).join('\n'));
  return { host, rendered };
}

async function byUs(quality: Quality, { warm, frames }: { warm: boolean; frames: number[] }): Promise<Ours> {
  const planned = scenes.map(({ path, stem }, index) => ({ path, frames: frames[index], clipPath: join(scratch, `${stem}.mp4`) }));
  const { host, rendered } = await renderOurs({ quality, waitingWorkers: warm ? 3 * cores : 0, scenes: planned });
  // Workers are ended with their sections, and so not waited for: what they use before their jobs is measured on one, what they use for them they report.
  const one = await renderOurs({ quality, waitingWorkers: 1, scenes: [] });
  const cpuSeconds = host.cpuSeconds + rendered.drawingSeconds + planned.length * one.rendered.waitingSeconds;
  const clips = planned.map(({ clipPath }) => clipPath);
  return { wallSeconds: rendered.wallSeconds, cpuSeconds, peakMiB: host.peakMiB, bytes: clips.reduce((sum, clip) => sum + statSync(clip).size, 0), clips };
}

/** Frames of each of Manim's videos: what ours is to have. */
async function countFrames(quality: Quality): Promise<number[]> {
  return Promise.all(scenes.map(async (scene) => {
    const { stdout } = await counted({ command: ['ffprobe', '-v', 'error', '-show_entries', 'stream=nb_frames', '-of', 'csv=p=0', manimVideo(join(scratch, 'manim'), scene, quality)] });
    return Number.parseInt(stdout, 10);
  }));
}

async function luma(quality: Quality, clips: string[]): Promise<number> {
  const pairs = scenes.flatMap(({ path }, index) => [path, clips[index] ?? '']);
  const { stdout } = await counted({ command: [python, 'test/bench/render_psnr.py', quality, ...pairs], environment: { ...process.env, PYTHONHASHSEED: '0' } });
  const errors = stdout.trim().split('\n').map(Number);
  return 10 * Math.log10(255 ** 2 / (errors.reduce((sum, error) => sum + error, 0) / errors.length));
}

const mean = (runs: Run[], field: keyof Run): number => runs.reduce((sum, run) => sum + run[field], 0) / runs.length;
const summary = (runs: Run[]) => ({ wall_seconds: rounded(mean(runs, 'wallSeconds')), cpu_seconds: rounded(mean(runs, 'cpuSeconds')), peak_mib: Math.round(mean(runs, 'peakMiB')), bytes: Math.round(mean(runs, 'bytes')) });

async function measure(quality: Quality, rounds: number) {
  const runs: { one: Run[]; many: Run[]; cold: Ours[]; warm: Ours[] } = { one: [], many: [], cold: [], warm: [] };
  for (let round = 1; round <= rounds; round += 1) {
    say(`${quality}, round ${round} of ${rounds}: manim render, one after another`);
    runs.one.push(await byManim(quality, 1));
    const frames = await countFrames(quality);
    say(`${quality}: ours, cold`);
    runs.cold.push(await byUs(quality, { warm: false, frames }));
    say(`${quality}: manim render, ${cores} at once`);
    runs.many.push(await byManim(quality, cores));
    say(`${quality}: ours, with workers that wait`);
    runs.warm.push(await byUs(quality, { warm: true, frames }));
  }
  say(`${quality}: holding the clips against what was drawn`);
  return {
    cpu_ratio: rounded(mean(runs.cold, 'cpuSeconds') / mean(runs.one, 'cpuSeconds')),
    wall_ratio: rounded(mean(runs.cold, 'wallSeconds') / mean(runs.many, 'wallSeconds')),
    wall_ratio_warm: rounded(mean(runs.warm, 'wallSeconds') / mean(runs.many, 'wallSeconds')),
    size_ratio: rounded(mean(runs.cold, 'bytes') / mean(runs.one, 'bytes')),
    psnr_db: rounded(await luma(quality, runs.cold.at(-1)?.clips ?? []), 2),
    runs: { manim_one_after_another: summary(runs.one), manim_at_once: summary(runs.many), ours_cold: summary(runs.cold), ours_warm: summary(runs.warm) },
  };
}

/** How many of the scenes are, before they are encoded, what Manim draws: frame by frame, at 480p. */
async function countEqual(): Promise<number> {
  say('comparing frames before they are encoded');
  const { stdout } = await counted({ command: [python, 'docker/render/tests/pixels/run.py', '--scenes', ...scenes.map(({ path }) => path)] });
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { equal: number }).equal;
}

/** The first scene by several numbers of processes at once. */
async function byTokens(quality: Quality, tokens: string[]) {
  await byManim(quality, 1);
  const [frames] = await countFrames(quality);
  const { stdout } = await counted({ command: [python, 'test/bench/render_tokens.py', quality, String(frames), ...scenes.map(({ path }) => path), ...tokens] });
  return { scene: scenes[0]?.stem, frames, tokens: JSON.parse(stdout) as unknown };
}

async function compareFilms(): Promise<Record<string, unknown>> {
  mkdirSync(dataFolder);
  chmodSync(dataFolder, 0o755);
  // Formulas are compiled by the same LaTeX for all: they are there before anything is counted. One after another: Manims that compile
  // the same formula at once take each other's files away.
  await byManim('preview', 1);
  await byUs('preview', { warm: false, frames: await countFrames('preview') });
  const wanted = (quality: Quality): boolean => given.quality.includes(quality) && !(given.quick && quality === 'final');
  const preview = wanted('preview') ? await measure('preview', Number(given.rounds)) : undefined;
  const final = wanted('final') ? await measure('final', Number(given.rounds)) : undefined;
  const equal = await countEqual();
  return { scenes: scenes.length, equal_scenes: equal, ...(preview !== undefined && { '480p15': preview }), ...(final !== undefined && { '1080p60': final }) };
}

try {
  const told = given.tokens === undefined ? await compareFilms() : await byTokens(given.quality.includes('final') ? 'final' : 'preview', given.tokens.split(','));
  console.log(JSON.stringify({ machine: machine(), ...told }));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
