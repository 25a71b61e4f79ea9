/**
 * How soon an appended event reaches everyone who follows its job, and what a subscriber costs.
 *
 *   npm run bench:sse -- [subscribers, default 2000]
 *
 * One service with a real Postgres behind it, in a process of its own; the subscribers share the machine with it. Times count
 * from the call that appends to the byte that arrives. At the end, a third of the subscribers is cut off while events go on.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { subscriber, type Subscriber } from '../support/sse-subscriber.ts';
import { machine } from './machine.ts';

const SUBSCRIBERS = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? (process.argv.includes('--quick') ? 500 : 2000));
const TIMED_EVENTS = 20;
const EVENTS_WHILE_RECONNECTING = 20;
const AT_ONCE = 100;
const PATIENCE_MS = 60_000;

const server = fork(new URL('./sse-server.ts', import.meta.url), { execArgv: ['--expose-gc'] });
const answerOf = async <T>(): Promise<T> => ((await once(server, 'message')) as [{ told: T }])[0].told;
const ask = <T>(question: object): Promise<T> => {
  const answer = answerOf<T>();
  server.send(question);
  return answer;
};

const { url, path, token } = await answerOf<{ url: string; path: string; token: string }>();
const appendedAt: number[] = [];
const latencies: number[] = [];
let isTimed = true;
const onEvent = (sequence: number): void => {
  const at = appendedAt[sequence];
  if (isTimed && at !== undefined) latencies.push(performance.now() - at);
};
let appended = 0;
const append = async (): Promise<void> => {
  appended += 1;
  appendedAt[appended] = performance.now();
  await ask({ ask: 'append', code: `event-${appended}` });
};
const until = async (holds: () => boolean, what: string): Promise<void> => {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await delay(20);
  }
};
const connectAll = async (those: Subscriber[]): Promise<void> => {
  for (let from = 0; from < those.length; from += AT_ONCE) {
    const statuses = await Promise.all(those.slice(from, from + AT_ONCE).map((each) => each.connect()));
    const refused = statuses.find((status) => status !== 'HTTP/1.1 200 OK');
    if (refused) throw new Error(`A subscriber was answered ${refused}.`);
  }
};
const percentile = (share: number): number => {
  const sorted = latencies.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
};

const port = Number(new URL(url).port);
const make = (count: number): Subscriber[] => Array.from({ length: count }, () => subscriber({ port, path, token, onEvent }));
// What the first connections make the process load and compile is not theirs alone.
const early = make(AT_ONCE);
await connectAll(early);
const before = await ask<number>({ ask: 'memory' });
const late = make(SUBSCRIBERS - early.length);
await connectAll(late);
const after = await ask<number>({ ask: 'memory' });
const everyone = [...early, ...late];

for (let count = 0; count < TIMED_EVENTS; count += 1) {
  await append();
  await until(() => everyone.every(({ ids }) => ids.at(-1) === appended), `event ${appended}`);
  await delay(100);
}
isTimed = false;

const third = everyone.filter((_, index) => index % 3 === 0);
const appending = (async () => {
  for (let count = 0; count < EVENTS_WHILE_RECONNECTING; count += 1) await Promise.all([append(), delay(100)]);
})();
for (let from = 0; from < third.length; from += AT_ONCE) {
  const some = third.slice(from, from + AT_ONCE);
  some.forEach((each) => each.drop());
  await connectAll(some);
}
await appending;
await ask({ ask: 'finish' });
appended += 1;
await until(() => everyone.every(({ ended }) => ended), 'the end of every stream');

let lost = 0;
let duplicated = 0;
for (const { ids } of everyone) {
  const distinct = new Set(ids).size;
  lost += appended - distinct;
  duplicated += ids.length - distinct;
}
const troubles = await ask<number>({ ask: 'close' });
const figures = {
  machine: machine(),
  subscribers: SUBSCRIBERS,
  p50_ms: percentile(0.5),
  p99_ms: percentile(0.99),
  kb_per_subscriber: Number(((after - before) / 1024 / late.length).toFixed(1)),
  reconnected: third.length,
  lost,
  duplicated,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (lost > 0 || duplicated > 0 || troubles > 0) process.exitCode = 1;
