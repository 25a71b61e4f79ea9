import { z } from 'zod';

/** Words with `$mathematics$`, `**strong**` words and `` `code` `` in them. */
const richTextSchema = z.string().trim().min(1).max(400);
const texSchema = z.string().trim().min(1).max(2000);
/** A plain name in the lesson's folder or below it. */
const fileSchema = z.string().min(1).max(200);
/** 1-based, as people count. */
const ordinalSchema = z.int().positive();
const continues = z.literal(true);

/** Display mathematics, as LaTeX without delimiters; or a piece of it (LaTeX too) that is spoken of now. */
export const formulaSchema = z.discriminatedUnion('continues', [
  z.strictObject({ kind: z.literal('formula'), continues: z.undefined().optional(), tex: texSchema }),
  z.strictObject({ kind: z.literal('formula'), continues, highlight: texSchema }),
]);

/** Lines of LaTeX, each made from the one before; or further lines. */
export const derivationSchema = z.strictObject({
  kind: z.literal('derivation'),
  continues: continues.optional(),
  lines: z.array(texSchema).min(1).max(20),
});

export const listStyleSchema = z.enum(['bullets', 'steps', 'cards']);

/** Points, numbered steps, or cards side by side; or the one that is spoken of now. */
export const listSchema = z.discriminatedUnion('continues', [
  z.strictObject({
    kind: z.literal('list'),
    continues: z.undefined().optional(),
    style: listStyleSchema,
    items: z.array(z.strictObject({ text: richTextSchema, image: fileSchema.optional() })).min(1).max(40),
    /** Only so many items are there at first; all of them where it is absent. */
    step: ordinalSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('list'), continues, step: ordinalSchema }),
]);

const cellSchema = z.string().max(200);

/** Rows under a header; or the row and column that are spoken of now. */
export const tableSchema = z.discriminatedUnion('continues', [
  z.strictObject({
    kind: z.literal('table'),
    continues: z.undefined().optional(),
    header: z.array(cellSchema).min(1).max(8),
    rows: z.array(z.array(cellSchema).min(1).max(8)).min(1).max(40),
    /** How the cells of each column stand. */
    align: z.array(z.enum(['left', 'centre', 'right'])).optional(),
  }),
  z.strictObject({ kind: z.literal('table'), continues, row: ordinalSchema.optional(), column: ordinalSchema.optional() }),
]);

const focusSchema = {
  /** First and last line that is spoken of now. */
  lines: z.tuple([ordinalSchema, ordinalSchema]).optional(),
  /** What variables hold at that point, by name. */
  values: z.record(z.string().max(20), z.string().max(20)).optional(),
};

/** A program; or the lines of it that are spoken of now. */
export const codeSchema = z.discriminatedUnion('continues', [
  z.strictObject({ kind: z.literal('code'), continues: z.undefined().optional(), language: z.string().max(30), code: z.string().min(1).max(20_000), ...focusSchema }),
  z.strictObject({ kind: z.literal('code'), continues, ...focusSchema }),
]);

const calloutSchema = z.strictObject({
  /** Place in the image: across from the left, down from the top, each from 0 to 1. */
  at: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
  label: z.string().trim().min(1).max(60),
});

/** A picture from the lesson's folder, with names for what is in it; or the one of these that is spoken of now. */
export const imageSchema = z.discriminatedUnion('continues', [
  z.strictObject({
    kind: z.literal('image'),
    continues: z.undefined().optional(),
    file: fileSchema,
    /** For the transcript: what the picture shows. */
    alt: z.string().max(300),
    callouts: z.array(calloutSchema).max(6),
    /** Only so many callouts are there at first; all of them where it is absent. */
    point: z.int().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('image'), continues, point: ordinalSchema }),
]);

/** What a word means, or what is true. */
export const cardSchema = z.strictObject({
  kind: z.literal('card'),
  role: z.enum(['definition', 'theorem']),
  term: z.string().trim().min(1).max(60),
  statement: z.string().trim().min(1).max(160).optional(),
  formula: texSchema.optional(),
});

/** A remark that is shown and not spoken. */
export const noteSchema = z.strictObject({ kind: z.literal('note'), text: richTextSchema });

export const textVisualSchemas = [
  formulaSchema, derivationSchema, listSchema, tableSchema, codeSchema, imageSchema, cardSchema, noteSchema,
] as const;
