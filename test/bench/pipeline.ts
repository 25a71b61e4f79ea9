// npm run bench:pipeline [-- --quick] [-- --seed N] [-- --scale X] [-- --engine NAME] [-- --sections N]: the wall time of films, as service
// and workers make them, over that of an ideal schedule of the same latencies. Those who plan, speak, write and draw answer after times
// that a seed draws (test/support/pipeline/latencies.ts); all else is what is used: engine, store, costs, events, live film, joining.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { idealFilm } from '../support/pipeline/ideal.ts';
import { drawnLatencies } from '../support/pipeline/latencies.ts';
import { durableMaker, type FilmMaker, type FilmSize, inProcessMaker, type ToldEvent } from '../support/pipeline/makers.ts';
import { machine } from './machine.ts';

const SIZES: FilmSize[] = [
  { sections: 4, slots: 4 },
  { sections: 16, slots: 8 },
  { sections: 64, slots: 8 },
];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    seed: { type: 'string', default: '6' },
    scale: { type: 'string', default: '1' },
    engine: { type: 'string' },
    sections: { type: 'string' },
  },
});
const drawing = { seed: Number(values.seed), scale: Number(values.scale) };
const sections = values.sections ?? (values.quick ? '4' : undefined);
const sizes = SIZES.filter((size) => sections === undefined || String(size.sections) === sections);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Measured extends FilmSize {
  ideal_seconds: number;
  wall_seconds: number;
  wall_over_ideal: number;
  /** Until the sections are drawn, over that of the ideal: joining and publishing are in neither. */
  sections_over_ideal: number;
  first_section_seconds: number;
  /** Until the first section can be watched, over the latencies of its own path. */
  first_section_ratio: number;
  stitch_seconds: number;
  publish_seconds: number;
  /** By everything that ran on the machine meanwhile: near all of them, the ratios measure the machine. */
  cores_busy: number;
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Joining and publishing are no work of those who are drawn: they take as long in the ideal as they did. */
function measured(size: FilmSize, told: ToldEvent[]): Omit<Measured, 'cores_busy'> {
  const last = told.at(-1);
  if (last?.type !== 'job.finished') throw new Error(`The film was not made: ${JSON.stringify(last)}`);
  const secondsUntil = (wanted: Partial<ToldEvent>): number => {
    const found = told.find((event) => Object.entries(wanted).every(([name, value]) => event[name as keyof ToldEvent] === value));
    return (found?.afterMilliseconds ?? NaN) / 1000;
  };
  const secondsOf = (phase: string): number => told.find((event) => event.type === 'phase.finished' && event.phase === phase)?.seconds ?? NaN;
  const ideal = idealFilm(size, drawnLatencies(drawing));
  const [stitch, publish] = [secondsOf('stitch'), secondsOf('publish')];
  const idealSeconds = ideal.sectionsSeconds + stitch + publish;
  const [wall, first] = [secondsUntil({ type: 'job.finished' }), secondsUntil({ type: 'section.ready', section: 1 })];
  const figures = {
    ideal_seconds: idealSeconds,
    wall_seconds: wall,
    wall_over_ideal: wall / idealSeconds,
    sections_over_ideal: secondsUntil({ type: 'phase.started', phase: 'stitch' }) / ideal.sectionsSeconds,
    first_section_seconds: first,
    first_section_ratio: first / ideal.firstSectionSeconds,
    stitch_seconds: stitch,
    publish_seconds: publish,
  };
  return { ...size, ...(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])) as typeof figures) };
}

/** Seconds that all cores together have worked since they were started. */
const workedSeconds = (): number => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

async function measureAll(name: string, maker: FilmMaker): Promise<Measured[]> {
  const rows: Measured[] = [];
  try {
    for (const size of sizes) {
      const [began, worked] = [performance.now(), workedSeconds()];
      const told = await maker.make(size);
      const coresBusy = (workedSeconds() - worked) / ((performance.now() - began) / 1000);
      const row = { ...measured(size, told), cores_busy: rounded(coresBusy) };
      rows.push(row);
      say([name, ...columns.map((column) => row[column])].map((cell) => String(cell).padStart(12)).join(''));
    }
  } finally {
    await maker.close();
  }
  return rows;
}

const columns = ['sections', 'slots', 'ideal_seconds', 'wall_seconds', 'wall_over_ideal', 'sections_over_ideal', 'first_section_ratio', 'cores_busy'] as const;
const headings = ['engine', 'sections', 'slots', 'ideal s', 'wall s', 'wall/ideal', 'to joining', 'first', 'cores busy'];

const makers: Record<string, () => Promise<FilmMaker>> = {
  durable: () => durableMaker(1, drawing),
  two_workers: () => durableMaker(2, drawing),
  in_process: () => inProcessMaker(drawing),
};
const engine = values.engine ?? (values.quick ? 'durable' : undefined);
say(headings.map((heading) => heading.padStart(12)).join(''));
const figures: Record<string, Measured[]> = {};
for (const [name, open] of Object.entries(makers)) {
  if (engine === undefined || engine === name) figures[name] = await measureAll(name, await open());
}
process.stdout.write(`${JSON.stringify({ ...drawing, ...figures, ...machine() })}\n`);
