import { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from './body.ts';
import { escapeLike } from './names.ts';
import type { StorageParts } from './parts.ts';

const LIMIT_MAX = 10_000;
const limitSchema = z.int().min(1);
const listSchema = z.object({
  prefix: z.string().default(''),
  limit: limitSchema.default(100),
  offset: z.int().min(0).default(0),
  search: z.string().nullish(),
  sortBy: z
    .object({
      column: z.enum(['name', 'created_at', 'updated_at', 'last_accessed_at']).catch('name'),
      order: z.enum(['asc', 'desc']).catch('asc'),
    })
    .partial()
    .nullish(),
});
const pageSchema = z.object({
  prefix: z.string().default(''),
  limit: limitSchema.default(1000),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
});

/** One level of a folder: folders first, without id, then objects. */
const LEVEL = (order: string) => `
  with matching as (
    select *, substr(name, length($2) + 1) as rest from storage.objects where bucket_id = $1 and name like $3 || '%'
  ),
  entries as (
    select distinct split_part(rest, '/', 1) as name, null::uuid as id, null::timestamptz as created_at,
      null::timestamptz as updated_at, null::timestamptz as last_accessed_at, null::jsonb as metadata, 0 as kind
    from matching where position('/' in rest) > 0
    union all
    select rest, id, created_at, updated_at, last_accessed_at, metadata, 1 from matching where position('/' in rest) = 0
  )
  select name, id, updated_at, created_at, last_accessed_at, metadata from entries
  where lower(name) like lower($4) || '%'
  order by kind, ${order}, name
  limit $5 offset $6`;

const PAGE = `
  select id, name, updated_at, created_at, last_accessed_at, metadata from storage.objects
  where bucket_id = $1 and name like $2 || '%' and name collate "C" > $3
  order by name collate "C"
  limit $4`;

export const listRoutes = ({ transactions, claimsOf }: StorageParts): Hono => {
  const app = new Hono();
  app.post('/object/list/:bucket', async (context) => {
    const { prefix, limit, offset, search, sortBy } = await readBody(context, listSchema);
    const base = prefix.replace(/^\/|\/$/g, '');
    const folder = base === '' ? '' : `${base}/`;
    const order = `${sortBy?.column ?? 'name'} ${sortBy?.order ?? 'asc'}`;
    const values = [context.req.param('bucket'), folder, escapeLike(folder), escapeLike(search ?? '')];
    const rows = await transactions.as(await claimsOf(context), 'storage.object.list', (query) =>
      query.rows(LEVEL(order), [...values, Math.min(limit, LIMIT_MAX), offset]),
    );
    return context.json(rows);
  });
  app.post('/object/list-v2/:bucket', async (context) => {
    const { prefix, limit, cursor, with_delimiter: withDelimiter } = await readBody(context, pageSchema);
    const size = Math.min(limit, LIMIT_MAX);
    const start = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
    const rows = await transactions.as(await claimsOf(context), 'storage.object.list_v2', (query) =>
      query.rows<{ name: string }>(PAGE, [context.req.param('bucket'), escapeLike(prefix), start, size + 1]),
    );
    const page = rows.slice(0, size);
    const hasNext = rows.length > size;
    const isBelow = (row: { name: string }) => withDelimiter && row.name.slice(prefix.length).includes('/');
    const folders = new Set(page.filter(isBelow).map((row) => `${prefix}${row.name.slice(prefix.length).split('/')[0]}/`));
    const nextCursor = hasNext ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined;
    return context.json({
      hasNext,
      nextCursor,
      folders: [...folders].map((name) => ({ name })),
      objects: page.filter((row) => !isBelow(row)),
    });
  });
  return app;
};
