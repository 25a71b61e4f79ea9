import type { Artefacts, Workspace } from '../../artefacts/port.ts';

/** Replies that were good, under the hash of their question. */
export interface KeptReplies {
  find(key: string): Promise<string | undefined>;
  keep(key: string, text: string): Promise<void>;
}

export function keptReplies({ artefacts, workspace }: { artefacts: Artefacts; workspace: Workspace }): KeptReplies {
  return {
    async find(key) {
      const path = await artefacts.get(key);
      return path === undefined ? undefined : new TextDecoder().decode(await workspace.read(path));
    },
    async keep(key, text) {
      await artefacts.put(key, await workspace.write(await workspace.folder('reply'), 'reply.txt', text));
    },
  };
}
