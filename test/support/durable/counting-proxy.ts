import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a call's answer: nothing of it is sent, or its first half, until the caller is gone. */
export type Holding = 'whole' | 'half';

export interface CountingProxyParts {
  /** How long each answer takes at least. */
  answerMilliseconds: number;
  /** Asked once for each call, in the order in which calls arrive. */
  holding?: () => Holding | undefined;
  /** A call is held, and its caller has what it is to have of the answer. */
  onHeld?: () => void;
}

/** What a provider sees of its callers. */
export interface CountingProxy {
  url: string;
  /** Calls that have arrived, and whose answers are not wholly on their way. */
  readonly inFlight: number;
  close(): Promise<void>;
}

/** Passes calls on to a server, counts them as that server would, and takes a while for each answer. */
export async function startCountingProxy(target: string, { answerMilliseconds, holding, onHeld }: CountingProxyParts): Promise<CountingProxy> {
  let inFlight = 0;
  const server = createServer((incoming, outgoing) => {
    inFlight += 1;
    outgoing.once('close', () => (inFlight -= 1));
    const held = holding?.();
    const headers = { ...incoming.headers, host: new URL(target).host };
    const passed = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
      if (held !== undefined) return void hold(answer, outgoing, held).then(onHeld);
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function hold(answer: IncomingMessage, outgoing: ServerResponse, held: Holding): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  if (held === 'whole') return;
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  await new Promise<void>((resolve) => outgoing.write(whole.subarray(0, Math.floor(whole.length / 2)), () => resolve()));
}
