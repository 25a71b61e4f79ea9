// npm run bench:pipeline [-- --quick] [-- --seed N]: the wall time of films, as service and workers make them, over that of an ideal
// schedule of the same latencies, which a seed draws for those who plan, speak, write and draw. Nothing else is another's than in use.
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

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, seed: { type: 'string', default: '6' }, only: { type: 'string' }, verbose: { type: 'boolean' } } });
const seed = Number(values.seed);
const sizes = SIZES.filter(({ sections }) => sections === 4 || !values.quick);

interface Measured extends FilmSize {
  ideal_seconds: number;
  wall_seconds: number;
  wall_over_ideal: number;
  first_section_seconds: number;
  first_section_ratio: number;
  /** The same without joining and publishing. */
  sections_over_ideal: number;
  stitch_seconds: number;
  publish_seconds: number;
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Joining and publishing are no work of those who are drawn: they take as long in the ideal as they did. */
function measured(size: FilmSize, told: ToldEvent[]): Measured {
  const last = told.at(-1);
  if (last?.type !== 'job.finished') throw new Error(`The film was not made: ${JSON.stringify(last)}`);
  const secondsUntil = (isIt: (event: ToldEvent) => boolean): number => (told.find(isIt)?.afterMilliseconds ?? NaN) / 1000;
  const secondsOf = (phase: string): number => told.find((event) => event.type === 'phase.finished' && event.phase === phase)?.seconds ?? NaN;
  const ideal = idealFilm(size, drawnLatencies(seed));
  const [stitch, publish] = [secondsOf('stitch'), secondsOf('publish')];
  const idealSeconds = ideal.sectionsSeconds + stitch + publish;
  const wallSeconds = secondsUntil(({ type }) => type === 'job.finished');
  const firstSeconds = secondsUntil(({ type, section }) => type === 'section.ready' && section === 1);
  return {
    ...size,
    ideal_seconds: rounded(idealSeconds),
    wall_seconds: rounded(wallSeconds),
    wall_over_ideal: rounded(wallSeconds / idealSeconds),
    sections_over_ideal: rounded(secondsUntil(({ type, phase }) => type === 'phase.started' && phase === 'stitch') / ideal.sectionsSeconds),
    first_section_seconds: rounded(firstSeconds),
    first_section_ratio: rounded(firstSeconds / ideal.firstSectionSeconds),
    stitch_seconds: rounded(stitch),
    publish_seconds: rounded(publish),
  };
}

async function measureAll(maker: FilmMaker, name: string): Promise<Measured[]> {
  const figures: Measured[] = [];
  try {
    for (const size of sizes) {
      const told = await maker.make(size);
      if (values.verbose) process.stderr.write(told.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const figure = measured(size, told);
      figures.push(figure);
      process.stderr.write(`${name.padEnd(12)} ${JSON.stringify(figure)}\n`);
    }
  } finally {
    await maker.close();
  }
  return figures;
}

const makers: Record<string, () => Promise<FilmMaker>> = {
  durable: () => durableMaker({ workers: 1, seed }),
  two_workers: () => durableMaker({ workers: 2, seed }),
  in_process: () => inProcessMaker({ seed }),
};
const figures: Record<string, Measured[]> = {};
for (const [name, open] of Object.entries(makers)) {
  if (values.only === undefined ? !values.quick || name === 'durable' : name === values.only) figures[name] = await measureAll(await open(), name);
}
process.stdout.write(`${JSON.stringify({ seed, ...figures, ...machine() })}\n`);
