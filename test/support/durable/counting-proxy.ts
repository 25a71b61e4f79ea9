import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider sees of its callers. */
export interface CountingProxy {
  url: string;
  /** Calls that have arrived, and whose answers are not wholly on their way. */
  readonly inFlight: number;
  readonly calls: number;
  close(): Promise<void>;
}

/** Passes calls on to a server, counts them as that server would, and takes a while for each answer. */
export async function startCountingProxy(target: string, answerMilliseconds: number): Promise<CountingProxy> {
  let inFlight = 0;
  let calls = 0;
  const server = createServer((incoming, outgoing) => {
    calls += 1;
    inFlight += 1;
    outgoing.once('close', () => (inFlight -= 1));
    const headers = { ...incoming.headers, host: new URL(target).host };
    const passed = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
      setTimeout(() => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }, answerMilliseconds);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.once('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get inFlight() {
      return inFlight;
    },
    get calls() {
      return calls;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
