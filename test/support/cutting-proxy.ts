import { type AddressInfo, connect, createServer } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** Cuts the connection after so many bytes that a client sends from now on; no further one is cut. */
  cutAfter: (bytes: number) => void;
  /** Connections that were cut, and bytes that clients have sent. */
  counted: () => { cuts: number; bytes: number };
  close: () => Promise<void>;
}

/** Before a server on this host: hands on what it gets, and cuts a connection in the middle when it is told to. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  let left = Infinity;
  let [cuts, bytes] = [0, 0];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    upstream.pipe(client);
    client.on('data', (piece: Buffer) => {
      const passed = piece.subarray(0, Math.min(piece.length, left));
      left -= passed.length;
      bytes += passed.length;
      if (left > 0) {
        if (upstream.write(passed)) return;
        client.pause();
        upstream.once('drain', () => client.resume());
        return;
      }
      left = Infinity;
      cuts += 1;
      // What has passed is to arrive: it is the rest that is lost.
      client.destroy();
      upstream.end(passed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => (left = bytes),
    counted: () => ({ cuts, bytes }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
