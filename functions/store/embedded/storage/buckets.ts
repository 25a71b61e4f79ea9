import { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from './body.ts';
import { checkBucketId, parseSizeBytes } from './names.ts';
import { bucketOf, type BucketRow, SELECT_BUCKET, type StorageParts } from './parts.ts';
import { bucketNotEmpty, noSuchBucket } from './storage-error.ts';
import { SERVICE } from './transactions.ts';

const sizeSchema = z.union([z.string(), z.number(), z.null()]).optional();
const mimeTypesSchema = z.array(z.string()).nullable().optional();
const creationSchema = z.object({
  id: z.string().optional(),
  name: z.string(),
  public: z.boolean().optional(),
  file_size_limit: sizeSchema,
  allowed_mime_types: mimeTypesSchema,
});
const changeSchema = z.object({ public: z.boolean().optional(), file_size_limit: sizeSchema, allowed_mime_types: mimeTypesSchema });

const INSERT = `insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types, owner_id)
  values ($1, $2, $3, $4, $5, $6)`;
const UPDATE = `update storage.buckets
  set public = coalesce($2, public),
      file_size_limit = case when $3::bool then $4::bigint else file_size_limit end,
      allowed_mime_types = case when $5::bool then $6::text[] else allowed_mime_types end,
      updated_at = now()
  where id = $1`;

const shown = (row: BucketRow) => ({
  ...row,
  file_size_limit: row.file_size_limit === null ? null : Number(row.file_size_limit),
  type: 'STANDARD',
});

const readingRoutes = (app: Hono, { transactions, claimsOf }: StorageParts): void => {
  app.get('/bucket', async (context) => {
    const rows = await transactions.as(await claimsOf(context), 'storage.bucket.list', (query) =>
      query.rows<BucketRow>('select * from storage.buckets order by name'),
    );
    return context.json(rows.map(shown));
  });
  app.get('/bucket/:id', async (context) => {
    const id = context.req.param('id');
    const row = await transactions.as(await claimsOf(context), 'storage.bucket.get', (query) =>
      query.first<BucketRow>(SELECT_BUCKET, [id]),
    );
    if (row === undefined) throw noSuchBucket();
    return context.json(shown(row));
  });
};

const writingRoutes = (app: Hono, { transactions, claimsOf }: StorageParts): void => {
  app.post('/bucket', async (context) => {
    const body = await readBody(context, creationSchema);
    const [name, id] = [checkBucketId(body.name), checkBucketId(body.id ?? body.name)];
    const claims = await claimsOf(context);
    const values = [id, name, body.public ?? false, parseSizeBytes(body.file_size_limit), body.allowed_mime_types ?? null];
    await transactions.as(claims, 'storage.bucket.create', (query) => query.change(INSERT, [...values, claims.sub ?? null]));
    return context.json({ name });
  });
  app.put('/bucket/:id', async (context) => {
    const body = await readBody(context, changeSchema);
    const limit = [body.file_size_limit !== undefined, parseSizeBytes(body.file_size_limit)];
    const types = [body.allowed_mime_types !== undefined, body.allowed_mime_types ?? null];
    const values = [context.req.param('id'), body.public ?? null, ...limit, ...types];
    const changed = await transactions.as(await claimsOf(context), 'storage.bucket.update', (query) => query.change(UPDATE, values));
    if (changed === 0) throw noSuchBucket();
    return context.json({ message: 'Successfully updated' });
  });
};

const emptyingRoutes = (app: Hono, parts: StorageParts): void => {
  const { transactions, files, claimsOf } = parts;
  app.post('/bucket/:id/empty', async (context) => {
    const { id } = await bucketOf(parts, context.req.param('id'));
    const rows = await transactions.as(await claimsOf(context), 'storage.bucket.empty', (query) =>
      query.rows<{ version: string }>('delete from storage.objects where bucket_id = $1 returning version', [id]),
    );
    await Promise.all(rows.map((row) => files.drop(files.pathOf(id, row.version))));
    return context.json({ message: 'Empty bucket has been queued. Completion may take up to an hour.' });
  });
  app.delete('/bucket/:id', async (context) => {
    const { id } = await bucketOf(parts, context.req.param('id'));
    const held = await transactions.as(SERVICE, 'storage.bucket.delete', (query) =>
      query.first('select 1 as held from storage.objects where bucket_id = $1 limit 1', [id]),
    );
    if (held !== undefined) throw bucketNotEmpty();
    const removed = await transactions.as(await claimsOf(context), 'storage.bucket.delete', (query) =>
      query.change('delete from storage.buckets where id = $1', [id]),
    );
    if (removed === 0) throw noSuchBucket();
    return context.json({ message: 'Successfully deleted' });
  });
};

export const bucketRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  readingRoutes(app, parts);
  writingRoutes(app, parts);
  emptyingRoutes(app, parts);
  return app;
};
