/**
 * Files that are found by the hash of everything that went into them. What is put under a key is whole before it
 * can be found, and is never changed afterwards.
 */
export interface Artefacts {
  /** A path on this host that may be read, never written; undefined when nothing is kept under the key. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a copy of the file, and answers the path under which `get` will find it. */
  put(key: string, path: string): Promise<string>;
}

/** What is kept of them where hosts share them, for whoever sweeps it. */
export interface KeptArtefacts {
  kept(): Promise<{ key: string; sizeBytes: number; keptSince: Date }[]>;
  remove(keys: readonly string[]): Promise<void>;
}

/** Working folders of a job: where tools read and write, gone when the job has ended. */
export interface Workspace {
  /** An empty folder that no one else uses. */
  folder(name: string): Promise<string>;
  write(folder: string, name: string, content: string | Uint8Array): Promise<string>;
  /** Puts a copy of `from` into the folder. */
  place(folder: string, name: string, from: string): Promise<string>;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  sizeBytes(path: string): Promise<number>;
}
