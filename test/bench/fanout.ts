// npm run bench:fanout [-- --quick] [-- --sizes 1,8,64] [-- --slots N] [-- --seed N] [-- --scale X]: sections of one film, each in a sandbox
// of its own at an emulated Modal, which draws for as long as a seed says. Makespan over that of an ideal schedule of the same render
// times on as many sandboxes, and what the worker takes for it. Engine, store, costs, events, live film and the SDK are what is used.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type FanOut, type FanOutSize, openFleet } from '../support/fanout/fleet.ts';
import { idealFilm } from '../support/pipeline/ideal.ts';
import { drawnLatencies, usualLatencies } from '../support/pipeline/latencies.ts';
import { machine } from './machine.ts';

const SIZES = '1,8,64,512,1000';
const QUICK_SIZES = '1,8';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    slots: { type: 'string', default: '128' },
    seed: { type: 'string', default: '8' },
    scale: { type: 'string' },
  },
});
const drawing = { seed: Number(values.seed), scale: Number(values.scale ?? (values.quick ? 1 : 10)) };
const sizes = (values.sizes ?? (values.quick ? QUICK_SIZES : SIZES)).split(',').map((text): FanOutSize => ({ sections: Number(text), slots: Math.min(Number(text), Number(values.slots)) }));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const latencies = drawnLatencies(drawing);
/** Everything is planned, spoken and written at once: what is waited for are the sandboxes. */
const idealSeconds = (size: FanOutSize): number => idealFilm(size, (what, section) => (what === 'render' ? latencies(what, section) : 0)).sectionsSeconds;

/** Seconds that all cores together have worked since they were started. */
const workedSeconds = (): number => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

function figuresOf(size: FanOutSize, { seconds, use, statements, idleStatements, events, sandboxes, shown }: FanOut) {
  const { sections } = size;
  const ideal = idealSeconds(size);
  return {
    ...size,
    ideal_seconds: ideal,
    makespan_seconds: seconds,
    makespan_ratio: seconds / ideal,
    cpu_ms_per_section: use.cpuMilliseconds / sections,
    // Programs that it ran: ffmpeg and ffprobe on clips that came, and for those who watch.
    media_cpu_ms_per_section: use.childCpuMilliseconds / sections,
    statements_per_section: statements / sections,
    idle_statements_per_second: idleStatements,
    events_per_section: events / sections,
    rss_mb: use.peakMemoryMib,
    sandboxes_paid: sandboxes,
    sections_shown: shown,
  };
}

const rounded = <Figures extends object>(figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(Number(value) * 1000) / 1000])) as Figures;

const columns = ['sections', 'slots', 'ideal_seconds', 'makespan_ratio', 'cpu_ms_per_section', 'media_cpu_ms_per_section', 'statements_per_section', 'rss_mb', 'cores_busy', 'load'] as const;
const headings = ['sections', 'slots', 'ideal s', 'over ideal', 'cpu ms', 'media cpu ms', 'statements', 'rss MB', 'cores busy', 'load'];

const { medianSeconds, sigma } = usualLatencies.render;
say(`Render times: log-normal, median ${medianSeconds * drawing.scale} s, sigma ${sigma}, seed ${drawing.seed}. Figures are for each section.`);
say(headings.map((heading) => heading.padStart(13)).join(''));
const fleet = await openFleet(drawing);
try {
  for (const size of sizes) {
    const [begun, worked] = [performance.now(), workedSeconds()];
    const made = await fleet.fanOut(size);
    const coresBusy = (workedSeconds() - worked) / ((performance.now() - begun) / 1000);
    const row = rounded({ ...figuresOf(size, made), cores_busy: coresBusy, load: loadavg()[0] });
    process.stdout.write(`${JSON.stringify(row)}\n`);
    say(columns.map((column) => String(Math.round(Number(row[column]) * 100) / 100).padStart(13)).join(''));
  }
} finally {
  await fleet.close();
}
process.stdout.write(`${JSON.stringify({ ...drawing, render_median_seconds: medianSeconds * drawing.scale, render_sigma: sigma, ...machine() })}\n`);
