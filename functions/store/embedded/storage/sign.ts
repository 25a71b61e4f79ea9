import { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from './body.ts';
import { checkKey, encodePath, objectPath } from './names.ts';
import { bucketOf, findObject, type StorageParts } from './parts.ts';
import { sendObject } from './read.ts';
import { type Claims, SERVICE } from './transactions.ts';
import { receiveObject } from './upload.ts';
import { probeInsert } from './write.ts';

const UPLOAD_SECONDS = 7200;
const SECONDS_MAX = 10 * 365 * 24 * 3600;
const expirySchema = z.int().min(1).max(SECONDS_MAX);
const oneSchema = z.object({ expiresIn: expirySchema });
const manySchema = z.object({ expiresIn: expirySchema, paths: z.array(z.string()).max(1000) });
const HIDDEN = 'Either the object does not exist or you do not have access to it';

const signMany = (app: Hono, { transactions, urlTokens, claimsOf }: StorageParts): void => {
  app.post('/object/sign/:bucket', async (context) => {
    const bucketId = context.req.param('bucket');
    const { expiresIn, paths } = await readBody(context, manySchema);
    const rows = await transactions.as(await claimsOf(context), 'storage.object.sign_many', (query) =>
      query.rows<{ name: string }>('select name from storage.objects where bucket_id = $1 and name = any($2)', [bucketId, paths]),
    );
    const visible = new Set(rows.map((row) => row.name));
    const signOne = async (path: string) => {
      if (!visible.has(path)) return { error: HIDDEN, path, signedURL: null };
      const url = `${bucketId}/${path}`;
      const token = await urlTokens.sign({ kind: 'download', url }, expiresIn);
      return { error: null, path, signedURL: `/object/sign/${encodePath(url)}?token=${token}` };
    };
    return context.json(await Promise.all(paths.map(signOne)));
  });
};

const downloads = (app: Hono, parts: StorageParts): void => {
  app.get('/object/sign/*', async (context) => {
    const { bucketId, key, full } = objectPath(context, '/object/sign/');
    await parts.urlTokens.verify(context.req.query('token') ?? '', { kind: 'download', url: full });
    return sendObject(parts, context, { claims: SERVICE, bucketId, key, operation: 'storage.object.get_signed' });
  });
  app.post('/object/sign/*', async (context) => {
    const { bucketId, key, full } = objectPath(context, '/object/sign/');
    const { expiresIn } = await readBody(context, oneSchema);
    await findObject(parts, { claims: await parts.claimsOf(context), bucketId, key, operation: 'storage.object.sign' });
    const token = await parts.urlTokens.sign({ kind: 'download', url: full }, expiresIn);
    return context.json({ signedURL: `/object/sign/${encodePath(full)}?token=${token}` });
  });
};

const uploads = (app: Hono, parts: StorageParts): void => {
  app.post('/object/upload/sign/*', async (context) => {
    const { bucketId, key, full } = objectPath(context, '/object/upload/sign/');
    checkKey(key);
    const bucket = await bucketOf(parts, bucketId);
    const claims = await parts.claimsOf(context);
    const upsert = context.req.header('x-upsert') === 'true';
    await probeInsert(parts, { claims, bucket, key, upsert, operation: 'storage.object.upload_signed_url' });
    const grant = { kind: 'upload' as const, url: full, upsert, ...(claims.sub === undefined ? {} : { owner: claims.sub }) };
    const token = await parts.urlTokens.sign(grant, UPLOAD_SECONDS);
    return context.json({ url: `/object/upload/sign/${encodePath(full)}?token=${token}` });
  });
  app.put('/object/upload/sign/*', async (context) => {
    const { bucketId, key, full } = objectPath(context, '/object/upload/sign/');
    const grant = await parts.urlTokens.verify(context.req.query('token') ?? '', { kind: 'upload', url: full });
    // what the owner may do was asked when the grant was signed
    const claims: Claims = grant.owner === undefined ? SERVICE : { ...SERVICE, sub: grant.owner };
    const bucket = await bucketOf(parts, bucketId);
    const write = { claims, bucket, key, upsert: grant.upsert, operation: 'storage.object.upload_signed' };
    return context.json(await receiveObject(parts, context, write));
  });
};

export const signRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  signMany(app, parts);
  downloads(app, parts);
  uploads(app, parts);
  return app;
};
