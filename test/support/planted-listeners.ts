import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';

export interface PlantedListeners {
  tcpPort: number;
  udpPort: number;
  socketPath: string;
  abstractName: string;
  close(): Promise<void>;
}

/** Listeners that an attack is to reach: TCP, UDP that answers, a socket at a path that all may use, and an abstract one. */
export async function plantListeners(socketPath: string): Promise<PlantedListeners> {
  const abstractName = `lectern-planted-${process.pid}`;
  const servers = [createServer(), createServer(), createServer()] as const;
  for (const server of servers) server.on('connection', (socket) => socket.destroy());
  await listen(servers[0], { port: 0, host: '127.0.0.1' });
  await listen(servers[1], { path: socketPath });
  await listen(servers[2], { path: `\0${abstractName}` });
  chmodSync(socketPath, 0o777);
  const names = createSocket('udp4');
  names.on('message', (question, { port, address }) => names.send(question, port, address));
  names.bind(0, '127.0.0.1');
  await once(names, 'listening');
  return {
    tcpPort: (servers[0].address() as AddressInfo).port,
    udpPort: names.address().port,
    socketPath,
    abstractName,
    async close() {
      names.close();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listen(server: Server, where: object): Promise<void> {
  server.listen(where);
  await once(server, 'listening');
}
