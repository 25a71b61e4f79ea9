import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callLines, pythonLiteral } from '../../functions/lesson/python-literal.ts';
import type { Literal } from '../../functions/lesson/visuals/visual-kind.ts';

/** Texts that try to get out: quotes, backslashes, line ends, marks of direction, halves of pairs. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', '\r', '\0', '#', '{', '}', '\u2028', '\u202e', '\ud800', '\udc00', 'r', 'x', 'é', '字', '😀', '"""') }),
  fc.constantFrom('"); import os #', '\\', '\\"', 'r"\\"', '\\N{DIGIT ONE}', '\\x41', '\\frac{a}{b}', '\\\\', '%s', '{0}'),
);
const literals: fc.Arbitrary<Literal> = fc.letrec<{ value: Literal }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostile,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostile.filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Half of a surrogate pair cannot stand in a UTF-8 file. */
const written = (value: Literal): unknown => {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(written);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), written(item)]));
  return Object.is(value, -0) ? 0 : value;
};

/** Python's own reading of each source: one expression that is a literal, or an error. */
const readByPython = (sources: string[]): unknown[] =>
  JSON.parse(
    execFileSync('python3', ['-c', 'import ast, json, sys\nprint(json.dumps([ast.literal_eval(s) for s in json.load(sys.stdin)]))'], { input: JSON.stringify(sources), encoding: 'utf8' }),
  ) as unknown[];

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('every value comes back from Python as it was: nothing ends the literal early', () => {
  const values = fc.sample(literals, { numRuns: 2000, seed: 7 });
  expect(readByPython(values.map(pythonLiteral))).toEqual(values.map((value) => plain(written(value))));
});

test('a call over many lines means the same as one on a single line', () => {
  const values = fc.sample(fc.tuple(literals, fc.dictionary(fc.constantFrom('slot', 'from', 'a b', 'label'), literals)), { numRuns: 500, seed: 8 });
  const script = [
    'import ast, json, sys',
    'def call(source):',
    '    made = ast.parse(source).body',
    '    assert len(made) == 1 and isinstance(made[0].value, ast.Call)',
    '    given = {}',
    '    for keyword in made[0].value.keywords:',
    '        value = ast.literal_eval(keyword.value)',
    '        given.update(value if keyword.arg is None else {keyword.arg: value})',
    '    return [[ast.literal_eval(argument) for argument in made[0].value.args], given]',
    'print(json.dumps([call(source) for source in json.load(sys.stdin)]))',
  ].join('\n');
  const sources = values.map(([positional, named]) => callLines('block', { positional: [positional], named }).join('\n'));
  const read = JSON.parse(execFileSync('python3', ['-c', script], { input: JSON.stringify(sources), encoding: 'utf8' })) as unknown[];
  expect(read).toEqual(values.map(([positional, named]) => plain([[written(positional)], written(named)])));
});

test('TeX stays as it is written, and what is no number is refused', () => {
  expect(pythonLiteral('\\frac{1}{2}')).toBe('r"\\frac{1}{2}"');
  expect(pythonLiteral('say "x"\\')).toBe('"say \\"x\\"\\\\"');
  expect(() => pythonLiteral(Number.NaN)).toThrow(RangeError);
  expect(() => pythonLiteral([Number.POSITIVE_INFINITY])).toThrow(RangeError);
});
