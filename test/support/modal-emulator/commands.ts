import type { Command } from './machine.ts';
import type { World } from './world.ts';

/** A secret of the store by its id, or one that is sent along. */
export interface SecretSource {
  secretId?: string;
  env?: { contents: Record<string, string> };
}

export const commandOf = ({ argv, folder, environment = {} }: { argv: string[]; folder?: string | undefined; environment?: Record<string, string> }): Command => ({
  argv, folder: folder || undefined, environment,
});

export function valuesOfSecrets(world: World, { sources, ids }: { sources: SecretSource[]; ids: string[] }): Record<string, string> {
  const kept = (secretId: string | undefined): Record<string, string> => world.secrets.get(secretId ?? '')?.values ?? {};
  return Object.assign({}, ...ids.map(kept), ...sources.map(({ secretId, env }) => env?.contents ?? kept(secretId))) as Record<string, string>;
}
