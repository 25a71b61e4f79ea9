import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { readBody } from './body.ts';
import { checkKey, objectPath } from './names.ts';
import { bucketOf, findObject, type StorageParts } from './parts.ts';
import { denied, noSuchKey } from './storage-error.ts';
import type { Claims } from './transactions.ts';
import { commitObject } from './write.ts';

const changeSchema = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().nullish(),
});
const removalSchema = z.object({ prefixes: z.array(z.string()).max(1000) });

const copy = (parts: StorageParts) => async (context: Context) => {
  const body = await readBody(context, changeSchema);
  const claims = await parts.claimsOf(context);
  const question = { claims, bucketId: body.bucketId, key: body.sourceKey, operation: 'storage.object.copy' };
  const source = await findObject(parts, question);
  const bucket = await bucketOf(parts, body.destinationBucket ?? body.bucketId);
  checkKey(body.destinationKey);
  const path = join(parts.files.incoming, randomUUID());
  await copyFile(parts.files.pathOf(source.bucket_id, source.version), path);
  const content = {
    spooled: await parts.files.measure(path),
    mime: source.metadata?.mimetype ?? 'application/octet-stream',
    cacheControl: source.metadata?.cacheControl ?? 'no-cache',
    userMetadata: source.user_metadata,
  };
  const upsert = context.req.header('x-upsert') === 'true';
  return context.json(
    await commitObject(parts, { claims, bucket, key: body.destinationKey, upsert, operation: question.operation }, content),
  );
};

const MOVE = `update storage.objects set bucket_id = $3, name = $4, updated_at = now() where bucket_id = $1 and name = $2`;

const move = (parts: StorageParts) => async (context: Context) => {
  const body = await readBody(context, changeSchema);
  const claims = await parts.claimsOf(context);
  const bucket = await bucketOf(parts, body.destinationBucket ?? body.bucketId);
  checkKey(body.destinationKey);
  const operation = 'storage.object.move';
  const object = await findObject(parts, { claims, bucketId: body.bucketId, key: body.sourceKey, operation });
  await parts.transactions.as(claims, operation, async (query) => {
    const moved = await query.change(MOVE, [body.bucketId, body.sourceKey, bucket.id, body.destinationKey]);
    if (moved === 0) throw denied('new row violates row-level security policy');
    if (bucket.id === body.bucketId) return;
    const target = parts.files.pathOf(bucket.id, object.version);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(parts.files.pathOf(body.bucketId, object.version), target);
  });
  return context.json({ message: 'Successfully moved', Id: object.id, Key: `${bucket.id}/${body.destinationKey}` });
};

const remove = async (parts: StorageParts, claims: Claims, at: { bucketId: string; keys: string[] }) => {
  const rows = await parts.transactions.as(claims, 'storage.object.delete', (query) =>
    query.rows<{ version: string }>('delete from storage.objects where bucket_id = $1 and name = any($2) returning *', [
      at.bucketId,
      at.keys,
    ]),
  );
  await Promise.all(rows.map((row) => parts.files.drop(parts.files.pathOf(at.bucketId, row.version))));
  return rows;
};

export const changeRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  app.post('/object/copy', copy(parts));
  app.post('/object/move', move(parts));
  app.delete('/object/:bucket', async (context) => {
    const { prefixes } = await readBody(context, removalSchema);
    return context.json(await remove(parts, await parts.claimsOf(context), { bucketId: context.req.param('bucket'), keys: prefixes }));
  });
  return app;
};

/** `DELETE /object/<bucket>/<key>`: to be mounted last. */
export const plainRemoveRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  app.delete('/object/*', async (context) => {
    const { bucketId, key } = objectPath(context, '/object/');
    const rows = await remove(parts, await parts.claimsOf(context), { bucketId, keys: [key] });
    if (rows.length === 0) throw noSuchKey();
    return context.json({ message: 'Successfully deleted' });
  });
  return app;
};
