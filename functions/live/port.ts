/** The files of one film that is watched while it is made. Names are flat, and have no more than letters, digits, `-` and `.`. */
export interface LiveFiles {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whole, or not at all. The name says what is in it: to put a file twice is to put it once. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Puts the file unless there is one of that name. Of all that try, in whichever process, one is told true. */
  create(name: string, bytes: Uint8Array): Promise<boolean>;
}

export interface KeptLiveFilm {
  jobId: string;
  sizeBytes: number;
  /** When something was last added to it. */
  changedAt: Date;
}

/** What can be watched of films before they are finished. */
export interface LiveFilms {
  film(jobId: string): LiveFiles;
  remove(jobId: string): Promise<void>;
  /** Everything that stands there: what is old is of no use to anybody once its film is published. */
  kept(): Promise<KeptLiveFilm[]>;
}
