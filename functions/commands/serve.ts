import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { isForeseen, LecternError } from '../../shared/errors.ts';
import { openLog } from '../compose-log.ts';
import { composeService, type ServiceSettings } from '../compose-service.ts';
import { openWatch } from '../compose-watch.ts';
import { readConfig, readProviderConfig, readServiceConfig, readStoreConfig, readWatchConfig, readWorkerConfig, type ServiceConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';

/** `lectern serve`: answers the exit status, once it has been told to stop and has come to rest. */
export async function serveCommand({ debug, worker }: { debug?: boolean; worker?: boolean }): Promise<number> {
  try {
    const asked = readServiceConfig();
    const service = { ...asked, works: asked.works && worker !== false };
    const config = readConfig();
    const watching = readWatchConfig();
    const watch = await openWatch(config, watching);
    const log = openLog(service.logLevel, watch);
    const settings = { config, store: readStoreConfig(), providers: readProviderConfig(), worker: readWorkerConfig(config), log, watch, secrets: watching.secrets };
    try {
      await serve({ ...settings, service });
    } catch (error) {
      if (!isForeseen(error)) watch.unexpected(error, {});
      throw error;
    } finally {
      await watch.close();
    }
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'serve', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}

async function serve(settings: ServiceSettings): Promise<void> {
  const { service, log } = settings;
  const stopped = stopSignal();
  const front: { answer?: ReturnType<typeof getRequestListener> } = {};
  const server = createServer((incoming, outgoing) => {
    if (front.answer) return void front.answer(incoming, outgoing);
    outgoing.writeHead(503, { 'retry-after': '2', 'content-type': 'application/problem+json' });
    outgoing.end('{"status":503,"code":"starting","title":"The service is being started.","fix":"Try again in a moment."}');
  });
  const address = await listen(server, service);
  const composed = await composeService(settings, service.publicUrl ?? address).catch(async (error: unknown) => {
    await close(server);
    throw error;
  });
  front.answer = getRequestListener(composed.app.fetch, { overrideGlobalObjects: false });
  const open = service.auth === 'none' ? ' (AUTH=none: everybody on this machine is the user “local”)' : '';
  process.stdout.write(`Lectern listens on ${address}${open}\n`);

  log.info({ signal: await stopped }, 'The service is being stopped.');
  const closed = close(server);
  await composed.leave(service.drainSeconds * 1000);
  server.closeAllConnections();
  await closed;
  log.info({}, 'The service has stopped.');
}

/** Resolves with the first signal to stop; a second one ends the process at once. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(exitCodes.cancelled));
        resolve(name);
      });
    }
  });
}

/** Listens, and answers the address. @throws LecternError `port_taken`, `cannot_listen` */
async function listen(server: Server, { host, port }: ServiceConfig): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenFault(cause, { host, port })));
    server.listen(port, host, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${given}`;
}

function listenFault(cause: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): LecternError {
  if (cause.code === 'EADDRINUSE') {
    return new LecternError('port_taken', { message: `Something listens on port ${port} already.`, fix: 'Set PORT to another, or to 0 for any that is free.', cause });
  }
  const message = `The service cannot listen on ${host}:${port} (${cause.code ?? 'unknown reason'}).`;
  return new LecternError('cannot_listen', { message, fix: 'Set LECTERN_HOST and PORT to an address of this machine.', cause });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
