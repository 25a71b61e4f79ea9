import { connect, type Socket } from 'node:net';

export interface SubscriberParts {
  port: number;
  path: string;
  token: string;
  onEvent: (sequence: number) => void;
}

/**
 * A client of an event stream on a bare socket: ten thousand of them must cost less than the service that they measure.
 * It reads ids only, and keeps them as EventSource does: the id of a frame counts once the frame is whole.
 */
export interface Subscriber {
  readonly ids: number[];
  readonly ended: boolean;
  /** Resolves with the status line when the answer has begun. */
  connect(): Promise<string>;
  drop(): void;
}

export function subscriber({ port, path, token, onEvent }: SubscriberParts): Subscriber {
  const ids: number[] = [];
  let socket: Socket | undefined;
  let ended = false;

  const read = (text: string): void => {
    for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) {
      ids.push(Number(id));
      onEvent(Number(id));
    }
  };
  return {
    ids,
    get ended() {
      return ended;
    },
    connect: () =>
      new Promise((resolve, reject) => {
        let rest = '';
        let hasBegun = false;
        const last = ids.at(-1);
        const current = connect(port, '127.0.0.1');
        socket = current;
        current.setEncoding('latin1');
        current.on('error', reject);
        current.on('close', () => (ended = socket === current));
        current.write(
          `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n${last === undefined ? '' : `last-event-id: ${last}\r\n`}\r\n`,
        );
        current.on('data', (chunk: string) => {
          if (socket !== current) return;
          rest += chunk;
          const end = rest.lastIndexOf('\n\n');
          if (end >= 0) {
            read(rest.slice(0, end));
            rest = rest.slice(end + 2);
          }
          if (!hasBegun) resolve(chunk.slice(0, chunk.indexOf('\r\n')));
          hasBegun = true;
        });
      }),
    drop() {
      socket?.destroy();
      socket = undefined;
    },
  };
}
