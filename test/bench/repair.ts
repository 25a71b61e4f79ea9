// npm run bench:repair [-- --quick] [--seed N] [--part develop] [--scenes DIR]: what check and known fixes mend before a model is asked.
import { spawn } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createLocalCompute } from '../../functions/compute/local/local-compute.ts';
import type { RenderJob } from '../../shared/contract/job.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import { readSetup } from '../../scripts/read-setup.ts';
import { machine } from './machine.ts';
import { modelMender } from './repair/model-mender.ts';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    part: { type: 'string', default: 'held_out' },
    scenes: { type: 'string' },
    'scenes-per-row': { type: 'string' },
  },
});

const SIDE_BY_SIDE = 2;
const FRAMES = 8;
const { python } = await readSetup();
const root = new URL('../..', import.meta.url).pathname;
const packageFolder = join(root, 'docker/render');

/** Runs one of the Python programs beside this one, and reads the JSON that it prints. */
async function runPython(words: string[]): Promise<unknown> {
  const child = spawn(python, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PYTHONPATH: packageFolder } });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${words[0]} ended with status ${code}.`);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Manim's own scenes, mutated: code that came with an installed library, so that forks of one process do. */
async function measureManim(): Promise<object> {
  // Kept between runs: formulas, and which scenes render as they are.
  const folder = join(tmpdir(), `lectern-bench-repair-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const perRow = given['scenes-per-row'] === undefined ? [] : ['--scenes-per-row', given['scenes-per-row']];
  const words = [join(root, 'test/bench/repair/measure.py'), '--folder', folder, '--seed', given.seed, '--part', given.part, ...perRow];
  const told = await runPython(given.quick ? [...words, '--quick'] : words);
  return { set: 'scenes of the docstrings of the installed Manim, one mistake each', sandbox: 'none: forks of one process, a folder each', ...(told as object) };
}

interface FoundScene {
  file: string;
  name: string;
  code: string;
}

const jobOf = ({ code, name }: FoundScene): RenderJob => ({
  protocol: 1, section: 1, title: name, language: 'en', theme: 'dark', symbolColours: {}, sceneCode: code,
  beats: [{ startFrame: 0, speechEndFrame: FRAMES - 1, endFrame: FRAMES, words: [] }],
  totalFrames: FRAMES, seed: 1,
  profile: { width: 160, height: 90, framesPerSecond: 4, preset: 'veryfast', crf: 30, keyframeSeconds: 2 },
  assets: [],
});

const endOf = ({ failure, mendedCode }: SectionReport): 'card' | 'after_fixes' | 'first_try' =>
  failure !== undefined ? 'card' : mendedCode === undefined ? 'first_try' : 'after_fixes';

/** Any folder of Manim files, each scene class in a sandbox of its own. */
async function measureFolder(folder: string): Promise<object> {
  const paths = globSync('**/*.py', { cwd: folder }).sort();
  const found = await Promise.all(paths.map((path) => runPython([join(root, 'test/bench/repair/scene_classes.py'), join(folder, path)]) as Promise<FoundScene[]>));
  const scenes = found.flat();
  const scratch = mkdtempSync(join(tmpdir(), 'lectern-bench-'));
  chmodSync(scratch, 0o755);
  let spent = (): { calls: number; microDollars: number } => ({ calls: 0, microDollars: 0 });
  const results: { file: string; scene: string; end: string; error_class?: string; message?: string; rules: string[] }[] = [];
  try {
    const { renderer } = await createLocalCompute({ python, packageFolder, dataFolder: scratch, cores: SIDE_BY_SIDE });
    const key = process.env['ANTHROPIC_API_KEY'];
    const model = key ? await modelMender({ key, baseUrl: process.env['ANTHROPIC_BASE_URL'], scratch }) : undefined;
    spent = () => model?.spent() ?? { calls: 0, microDollars: 0 };
    const draw = (job: RenderJob, clipPath: string): Promise<SectionReport> =>
      renderer.render({ job, assetPaths: [], clipPath }, { signal: new AbortController().signal, onFrames: () => undefined });
    const waiting = scenes.entries();
    const work = async (): Promise<void> => {
      for (const [number, scene] of waiting) {
        const clipPath = join(scratch, `clip-${number}.mp4`);
        const report = await draw(jobOf(scene), clipPath);
        const mended = report.failure && (await model?.mend(jobOf(scene), report));
        const isMended = mended !== undefined && (await draw({ ...jobOf(scene), sceneCode: mended }, clipPath)).failure === undefined;
        rmSync(clipPath, { force: true });
        const rules = (report.findings ?? []).map(({ rule }) => rule);
        const errorClass = report.findings?.[0]?.errorClass ?? report.failure?.errorClass;
        results.push({ file: scene.file, scene: scene.name, end: isMended ? 'after_model' : endOf(report), rules, ...(errorClass !== undefined && { error_class: errorClass }), ...(report.failure && { message: report.failure.message }) });
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const ended = (end: string): number => results.filter((result) => result.end === end).length;
  const classes = Map.groupBy(results.filter(({ error_class }) => error_class !== undefined), ({ error_class }) => error_class);
  return {
    set: 'every Scene class of a folder', sandbox: 'bubblewrap, one a scene', files: paths.length,
    scenes: results.length, first_try: ended('first_try'), after_fixes: ended('after_fixes'), after_model: ended('after_model'), card: ended('card'), model_calls: spent().calls, micro_dollars: spent().microDollars,
    classes: [...classes].map(([name, each]) => ({ error_class: name, scenes: each.length, after_fixes: each.filter(({ end }) => end === 'after_fixes').length, after_model: each.filter(({ end }) => end === 'after_model').length, card: each.filter(({ end }) => end === 'card').length })),
    results: results.sort((one, other) => `${one.file} ${one.scene}`.localeCompare(`${other.file} ${other.scene}`)),
  };
}

const figures = given.scenes === undefined ? await measureManim() : await measureFolder(resolve(given.scenes));
console.log(JSON.stringify({ machine: machine(), ...figures }));
