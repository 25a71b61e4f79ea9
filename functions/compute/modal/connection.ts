import type { App, ModalClient } from 'modal';
import { troubleOf } from './troubles.ts';

/** The workspace as everything here reaches it. */
export interface Connection {
  readonly appName: string;
  /** Runs `work` with the client, once more with a new one where the token is not believed. @throws Trouble */
  use<T>(work: (reach: Reach) => Promise<T>): Promise<T>;
  close(): void;
}

export interface Reach {
  client: ModalClient;
  app: App;
}

/**
 * Holds a client and the app. The SDK gets new tokens in good time by itself, but keeps one that the service has given up: then a new
 * client asks for another.
 */
export function openConnection(connect: () => ModalClient, appName: string): Connection {
  let client: ModalClient | undefined;
  let reach: Promise<Reach> | undefined;
  const current = (): Promise<Reach> => {
    reach ??= reached((client = connect()), appName).catch((error: unknown) => {
      reach = undefined;
      throw error;
    });
    return reach;
  };
  const renew = (spent: Reach): void => {
    if (client !== spent.client) return;
    reach = undefined;
    client = undefined;
  };
  return {
    appName,
    async use(work) {
      const first = await current().catch((error: unknown) => {
        throw troubleOf(error);
      });
      try {
        return await work(first);
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble.kind !== 'token') throw trouble;
        renew(first);
        return workAgain(current, work);
      }
    },
    close: () => client?.close(),
  };
}

const reached = async (client: ModalClient, appName: string): Promise<Reach> => ({ client, app: await client.apps.fromName(appName, { createIfMissing: true }) });

async function workAgain<T>(current: () => Promise<Reach>, work: (reach: Reach) => Promise<T>): Promise<T> {
  try {
    return await work(await current());
  } catch (error) {
    throw troubleOf(error);
  }
}
