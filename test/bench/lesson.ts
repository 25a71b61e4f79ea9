// npm run bench:lesson [-- --quick]: what the examples cost to make, phase by phase, and how fast a second run is.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { machine } from './machine.ts';

interface Run {
  wallSeconds: number;
  cpuSeconds: number;
}

const quick = process.argv.includes('--quick');
const quality = quick ? 'preview' : 'standard';
const lessons = readdirSync('examples').filter((name) => name.endsWith('.md'));
const chosen = quick ? ['pythagoras.md'] : lessons;
const scratch = mkdtempSync(join(tmpdir(), 'lectern-bench-'));
// The sandbox's user has to enter it.
chmodSync(scratch, 0o755);

/** Runs the command line once; its progress goes to stderr. */
async function run(lesson: string, outFolder: string, dataFolder: string): Promise<Run> {
  const counted = join(scratch, 'cpu-seconds');
  const words = ['functions/cli.ts', 'lesson', `examples/${lesson}`, '--quality', quality, '--out', outFolder];
  if (quick) words.push('--section', '1');
  const started = performance.now();
  const child = spawn('python3', ['test/bench/count_cpu.py', counted, process.execPath, ...words], { stdio: ['ignore', 2, 2], env: { ...process.env, LECTERN_DATA: dataFolder } });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${lesson} ended with status ${code}.`);
  return { wallSeconds: (performance.now() - started) / 1000, cpuSeconds: Number(readFileSync(counted, 'utf8')) };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const films: ({ lesson: string; filmSeconds: number; secondRunSeconds: number } & Run)[] = [];
const phases: Record<string, number> = {};
try {
  for (const lesson of chosen) {
    const dataFolder = join(scratch, `data-${basename(lesson, '.md')}`);
    const outFolder = join(scratch, basename(lesson, '.md'));
    const first = await run(lesson, outFolder, dataFolder);
    const report = JSON.parse(readFileSync(join(outFolder, 'report.json'), 'utf8'));
    for (const { phase, seconds } of report.phases) phases[phase] = (phases[phase] ?? 0) + seconds;
    const second = await run(lesson, outFolder, dataFolder);
    films.push({ lesson, filmSeconds: report.durationSeconds, ...first, secondRunSeconds: second.wallSeconds });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const total = (field: 'filmSeconds' | 'wallSeconds' | 'cpuSeconds' | 'secondRunSeconds'): number =>
  rounded(films.reduce((sum, film) => sum + film[field], 0));
console.log(
  JSON.stringify({
    machine: machine(),
    quality,
    film_seconds: total('filmSeconds'),
    wall_seconds: total('wallSeconds'),
    cpu_seconds: total('cpuSeconds'),
    film_seconds_per_wall_second: rounded(total('filmSeconds') / total('wallSeconds')),
    phases: Object.fromEntries(Object.entries(phases).map(([phase, seconds]) => [phase, rounded(seconds)])),
    second_run_seconds: total('secondRunSeconds'),
    films: films.map(({ lesson, ...figures }) => ({ lesson, ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])) })),
  }),
);
