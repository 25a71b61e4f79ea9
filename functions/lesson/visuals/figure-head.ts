import type { z } from 'zod';
import type { FigureFence } from './figure-fence.ts';
import { fault } from './figure-values.ts';

/** Key of the fence for a key of the contract, where they differ. */
const writtenAs: Record<string, string> = {
  upright: 'columns', xLabel: 'x-label', yLabel: 'y-label', xTicks: 'x-ticks', yTicks: 'y-ticks',
};

/**
 * Puts what was read of a fence together and checks it against its contract.
 *
 * @throws LecternError with the line of the first key whose value does not fit
 */
export const checkHead = <Schema extends z.ZodType>(schema: Schema, read: FigureFence<unknown>, head: Record<string, unknown>): z.output<Schema> => {
  const present = Object.fromEntries(Object.entries(head).filter(([, value]) => value !== undefined));
  const checked = schema.safeParse({ ...present, ...(read.continues ? { continues: true } : {}), draw: read.draw, steps: read.steps });
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const name = String(issue?.path[0] ?? 'fence');
  const key = writtenAs[name] ?? name;
  const inside = issue && issue.path.length > 1 ? ` at "${issue.path.slice(1).join('.')}"` : '';
  throw fault(
    { key, line: read.head.get(key)?.line ?? read.firstLine },
    { message: `cannot be used${inside}: ${issue?.message ?? 'unknown value'}`, fix: 'Look up the key in docs/lesson-format-figure-blocks.md.' },
  );
};
