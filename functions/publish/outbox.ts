import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { nameDiskFull } from '../../shared/errors.ts';
import type { FilmFile, FinishedFilm } from './port.ts';

const MANIFEST = 'film.json';

const fileSchema = z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() });
/** Whose job made a film, and, where the store may not know of the job, what its row is made of. */
const ownerSchema = z.union([
  z.object({ userId: z.uuid() }),
  // The job has been made here, and perhaps has no row yet.
  z.object({ subject: z.string(), topic: z.string(), request: z.record(z.string(), z.unknown()) }),
]);
export type FilmOwner = z.infer<typeof ownerSchema>;

const manifestSchema = z.object({
  jobId: z.uuid(),
  owner: ownerSchema,
  /** Of a film that takes the place of another. */
  edition: z.string().regex(/^\w+$/).optional(),
  title: z.string(),
  language: z.string(),
  keywords: z.array(z.string()),
  durationSeconds: z.number(),
  partial: z.boolean(),
  plan: z.unknown(),
  code: z.string(),
  files: z.array(fileSchema),
});
/** A finished film that is to be published: everything that a store wants to know of it. */
export type WaitingFilm = z.infer<typeof manifestSchema>;

/** Films that are finished and not published yet, each in a folder of its own; whoever is killed meanwhile finds them again. */
export interface Outbox {
  put(film: FinishedFilm, owner: FilmOwner): Promise<WaitingFilm>;
  find(jobId: string): Promise<WaitingFilm | undefined>;
  /** Job ids. */
  list(): Promise<string[]>;
  pathOf(jobId: string, name: string): string;
  remove(jobId: string): Promise<void>;
}

export function folderOutbox(root: string): Outbox {
  const folderOf = (jobId: string): string => join(root, z.uuid().parse(jobId));
  return {
    async put(film, owner) {
      const folder = folderOf(film.jobId);
      await mkdir(folder, { recursive: true }).catch(nameDiskFull);
      const files: WaitingFilm['files'] = [];
      for (const file of film.files) files.push(await place(folder, { file, edition: film.edition }));
      const report = { name: 'report.json', text: `${JSON.stringify(film.report, null, 2)}\n` };
      files.push(await place(folder, { file: report, edition: film.edition }));
      const waiting = manifestOf(film, { owner, files });
      // The manifest last, and renamed into place: a film that has one is whole.
      const unfinished = join(folder, `${MANIFEST}.${randomUUID()}`);
      await writeFile(unfinished, JSON.stringify(waiting), { flush: true }).catch(nameDiskFull);
      await rename(unfinished, join(folder, MANIFEST));
      return waiting;
    },
    async find(jobId) {
      const text = await readFile(join(folderOf(jobId), MANIFEST), 'utf8').catch(absent);
      return text === undefined ? undefined : manifestSchema.parse(JSON.parse(text));
    },
    async list() {
      const names = (await readdir(root).catch(absent)) ?? [];
      return names.filter((name) => z.uuid().safeParse(name).success);
    },
    pathOf: (jobId, name) => join(folderOf(jobId), z.string().regex(/^[\w-]+[.]\w+$/).parse(name)),
    remove: (jobId) => rm(folderOf(jobId), { recursive: true, force: true }),
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

/** Names for machines: a store's objects need not be called after the lesson, nor stand in folders. */
const storedName = (name: string): string => {
  if (name.endsWith('.mp4')) return 'film.mp4';
  return name.endsWith('.vtt') ? 'captions.vtt' : (name.split('/').at(-1) ?? name);
};

const ofEdition = (name: string, edition: string | undefined): string => (edition === undefined ? name : name.replace(/(?=[.]\w+$)/, `-${edition}`));

async function place(folder: string, { file, edition }: { file: FilmFile; edition: string | undefined }): Promise<WaitingFilm['files'][number]> {
  const name = ofEdition(storedName(file.name), edition);
  const path = join(folder, name);
  if ('text' in file) await writeFile(path, file.text, { flush: true }).catch(nameDiskFull);
  else await copyFile(file.path, path, constants.COPYFILE_FICLONE).catch(nameDiskFull);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { name, sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

function manifestOf({ jobId, edition, plan, report, files: made }: FinishedFilm, { owner, files }: Pick<WaitingFilm, 'owner' | 'files'>): WaitingFilm {
  const code = made.flatMap((file) => ('text' in file && file.name.endsWith('.py') ? [`# ${file.name}\n${file.text}`] : []));
  const { title, language, durationSeconds, partial } = report;
  return { jobId, owner, ...(edition !== undefined && { edition }), title, language, keywords: plan.keywords, durationSeconds, partial, plan, code: code.join('\n'), files };
}
