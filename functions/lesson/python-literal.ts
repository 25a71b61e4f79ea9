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

/** Lines of scene code stay within this, with the indent that they have in a beat. */
const widest = 100;

/** A literal over as many lines as it needs, `before` in front of its first and `after` behind its last. */
function literalLines(value: Literal, before: string, after: string): string[] {
  const line = `${before}${pythonLiteral(value)}${after}`;
  if (line.length <= widest || typeof value !== 'object' || value === null) return [line];
  const indent = /^ */.exec(before)?.[0] ?? '';
  const inner = Array.isArray(value)
    ? value.flatMap((item) => literalLines(item, `${indent}    `, ','))
    : Object.entries(value).flatMap(([key, item]) => literalLines(item, `${indent}    ${pythonText(key)}: `, ','));
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return [`${before}${open}`, ...inner, `${indent}${close}${after}`];
}

/** The arguments of a call, with literals only. A name that Python keeps for itself goes into a dictionary. */
function argumentsOf({ positional, named }: Pick<BlockCall, 'positional' | 'named'>): { before: string; value: Literal }[] {
  const isPlain = ([name]: [string, Literal]): boolean => identifier.test(name) && !keywords.has(name);
  const others = Object.entries(named).filter((entry) => !isPlain(entry));
  return [
    ...positional.map((value) => ({ before: '', value })),
    ...Object.entries(named).filter(isPlain).map(([name, value]) => ({ before: `${name}=`, value })),
    ...(others.length > 0 ? [{ before: '**', value: Object.fromEntries(others) }] : []),
  ];
}

/** A call as lines of code: `callee(first, ..., name=value)`, where `first` are arguments that are no literals. */
export function callLines(callee: string, call: Pick<BlockCall, 'positional' | 'named'>, first: string[] = []): string[] {
  const given = argumentsOf(call);
  const line = `${callee}(${[...first, ...given.map(({ before, value }) => before + pythonLiteral(value))].join(', ')})`;
  if (line.length <= widest) return [line];
  return [`${callee}(`, ...first.map((argument) => `    ${argument},`), ...given.flatMap(({ before, value }) => literalLines(value, `    ${before}`, ',')), ')'];
}
