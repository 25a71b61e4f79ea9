import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

const tryListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

/** The preferred port of 127.0.0.1 when nobody listens on it, else any free one. */
export const freePort = async (preferred?: number): Promise<number> => {
  const port = preferred === undefined ? undefined : await tryListen(preferred);
  if (port !== undefined) return port;
  const any = await tryListen(0);
  if (any === undefined) throw new Error('no free port on 127.0.0.1');
  return any;
};
