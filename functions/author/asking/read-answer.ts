import type { ZodType } from 'zod';

export type Reading<Answer> = { value: Answer } | { faults: string[] };

const FENCED = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/;
/** A model mends a few faults at a time, and the first ones often cause the rest. */
const MOST_FAULTS_TOLD = 12;

/** What a reply says in the form that was asked for, or what is wrong with its form. */
export function readAnswer<Answer>(text: string, schema: ZodType<Answer> | undefined): Reading<Answer> {
  const trimmed = text.trim();
  if (trimmed === '') return { faults: ['The reply is empty.'] };
  // Without a schema, `Answer` is string.
  if (!schema) return { value: text as Answer };
  const parsed = parsedJson(FENCED.exec(trimmed)?.[1] ?? trimmed);
  if (parsed === undefined) return { faults: ['The reply is not JSON: it has to be one JSON value, and nothing before or after it.'] };
  const checked = schema.safeParse(parsed.json);
  if (checked.success) return { value: checked.data };
  const faults = checked.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return { faults: faults.slice(0, MOST_FAULTS_TOLD) };
}

function parsedJson(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
