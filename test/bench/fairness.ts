// npm run bench:fairness: how a short job fares behind a long one, with fair queues and without; real queues, parts that only take time.
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Flow } from '../../functions/engine/port.ts';
import { type DurableHost, durableHost } from '../support/durable/engine-host.ts';
import { machine } from './machine.ts';

const SLOTS = 3;
const SECTION_MS = 1500;
const LONG = 40;
const SHORT = 3;

interface Fared {
  /** Until its first section began, and until its last ended, from its acceptance. */
  firstSectionSeconds: number;
  wallSeconds: number;
}

async function fare(host: DurableHost, sections: number): Promise<Fared> {
  const accepted = performance.now();
  let first: number | undefined;
  const part: Flow<number, null> = {
    name: 'part',
    async run(_, engine) {
      first ??= performance.now();
      return engine.step('work', () => delay(SECTION_MS, null));
    },
  };
  const all = (engine: Engine) => Promise.all(Array.from({ length: sections }, (_, index) => engine.child(part, `s${index + 1}`, index)));
  await host.run(all, [part as Flow<never, unknown>]).ended;
  return { firstSectionSeconds: ((first ?? accepted) - accepted) / 1000, wallSeconds: (performance.now() - accepted) / 1000 };
}

/** A short job that comes while a long one is under way, and the same job with the worker to itself. */
async function measure(turnSeconds: number | undefined): Promise<Record<string, number>> {
  const host = await durableHost({ sections: SLOTS, ...(turnSeconds !== undefined && { turnSeconds }) });
  try {
    const alone = await fare(host, SHORT);
    const long = fare(host, LONG);
    await delay(2.5 * SECTION_MS);
    const behind = await fare(host, SHORT);
    const { wallSeconds } = await long;
    const rounded = (value: number): number => Math.round(value * 100) / 100;
    return {
      section_seconds: SECTION_MS / 1000,
      first_section_after_seconds: rounded(behind.firstSectionSeconds),
      wall_seconds: rounded(behind.wallSeconds),
      alone_seconds: rounded(alone.wallSeconds),
      times_alone: rounded(behind.wallSeconds / alone.wallSeconds),
      long_seconds: rounded(wallSeconds),
    };
  } finally {
    await host.close();
  }
}

const figures = { slots: SLOTS, sections: [LONG, SHORT], fair: await measure(undefined), in_turn: await measure(0), ...machine() };
process.stdout.write(`${JSON.stringify(figures)}\n`);
