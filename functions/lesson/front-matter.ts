import { z } from 'zod';
import { dataColourSchema, planSchema, qualitySchema, themeNameSchema } from '../../shared/contract/plan.ts';
import type { DataColour, LedgerEntry, Plan } from '../../shared/contract/plan.ts';
import { readFence } from './visuals/yaml-fence.ts';

const words = z.union([z.string(), z.number()]).transform(String);
const symbol = z.union([dataColourSchema, z.strictObject({ colour: dataColourSchema, meaning: words.optional() })]);

const schema = z.strictObject({
  title: words.pipe(z.string().trim().min(1).max(200)).optional(),
  language: planSchema.shape.language.optional(),
  keywords: z.union([z.array(words), z.string().transform((list) => list.split(','))]).optional(),
  voice: words.optional(),
  quality: qualitySchema.default('standard'),
  theme: themeNameSchema.optional(),
  /** LaTeX symbol to its colour, or to its colour and meaning. */
  symbols: z.record(z.string().min(1).max(60), symbol).optional(),
});

export type FrontMatter = Pick<Plan, 'language' | 'theme' | 'keywords' | 'ledger' | 'voice' | 'quality'> & { title?: string };

const ledgerOf = (symbols: Record<string, DataColour | { colour: DataColour; meaning?: string | undefined }>): LedgerEntry[] =>
  Object.entries(symbols).map(([name, written]) =>
    typeof written === 'string' ? { symbol: name, colour: written, meaning: '' } : { symbol: name, colour: written.colour, meaning: written.meaning ?? '' },
  );

/**
 * What stands between the lines of three dashes at a lesson's start; defaults where nothing does.
 * @throws LecternError with the line of the first key that cannot be used
 */
export function readFrontMatter(yaml: string | undefined): FrontMatter {
  const { value } = readFence({ name: 'front matter', argument: '', text: yaml ?? '', firstLine: 2 }, schema);
  return {
    language: value.language ?? 'en',
    theme: value.theme ?? 'dark',
    quality: value.quality,
    keywords: (value.keywords ?? []).map((word) => word.trim()).filter((word) => word !== ''),
    ledger: ledgerOf(value.symbols ?? {}),
    ...(value.title === undefined ? {} : { title: value.title }),
    ...(value.voice === undefined ? {} : { voice: value.voice }),
  };
}
