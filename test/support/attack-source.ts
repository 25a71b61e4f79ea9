import { readFileSync } from 'node:fs';

const attacks = new URL('../fixtures/attacks/', import.meta.url);

/** An attack of test/fixtures/attacks, with its planted targets filled in. */
export function attackSource(name: string, values: Record<string, string | number> = {}): string {
  const source = readFileSync(new URL(`${name}.py`, attacks), 'utf8');
  return source.replace(/\{\{([a-z]\w*)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`The attack ${name} needs a value for ${key}.`);
    return String(value);
  });
}
