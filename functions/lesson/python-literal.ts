import type { BlockCall, Literal } from './visuals/visual-kind.ts';

/** Words that Python keeps for itself: an argument of that name is handed over in a dictionary. */
const keywords = new Set(
  ('False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal ' +
    'not or pass raise return try while with yield').split(' '),
);
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Letters, digits, marks and signs of any script, which can be read in source code as they are. */
const legible = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escaped(character: string): string {
  const known = escapes[character];
  if (known) return known;
  const code = character.codePointAt(0) ?? 0;
  // Half of a surrogate pair is no character, and could not be written to a UTF-8 file.
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  if (legible.test(character)) return character;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** TeX reads best raw. Only where no sign could end the text early: no quote, no line end, no backslash last. */
const canBeRaw = (text: string): boolean => /^[ !#-~]*\\[ !#-~]*$/.test(text) && !text.endsWith('\\');

function pythonText(text: string): string {
  if (canBeRaw(text)) return `r"${text}"`;
  return `"${Array.from(text, escaped).join('')}"`;
}

function pythonNumber(number: number): string {
  if (!Number.isFinite(number)) throw new RangeError(`${number} has no Python literal`);
  return Object.is(number, -0) ? '0' : String(number);
}

/** A value as a Python literal, and nothing else: whatever a text holds, it cannot end the literal. */
export function pythonLiteral(value: Literal): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (typeof value === 'string') return pythonText(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  return `{${Object.entries(value).map(([key, item]) => `${pythonText(key)}: ${pythonLiteral(item)}`).join(', ')}}`;
}

/** The arguments of a call, with literals only. */
export function pythonArguments({ positional, named }: Pick<BlockCall, 'positional' | 'named'>): string[] {
  const plain = Object.entries(named).filter(([name]) => identifier.test(name) && !keywords.has(name));
  const others = Object.entries(named).filter(([name]) => !identifier.test(name) || keywords.has(name));
  return [
    ...positional.map(pythonLiteral),
    ...plain.map(([name, value]) => `${name}=${pythonLiteral(value)}`),
    ...(others.length > 0 ? [`**${pythonLiteral(Object.fromEntries(others))}`] : []),
  ];
}
