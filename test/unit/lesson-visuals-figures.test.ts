import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayVerbs } from '../../functions/lesson/visuals/array.ts';
import { chartVerbs } from '../../functions/lesson/visuals/chart.ts';
import { geometryVerbs } from '../../functions/lesson/visuals/geometry-verbs.ts';
import { graphVerbs } from '../../functions/lesson/visuals/graph.ts';
import { kindOfFence } from '../../functions/lesson/visuals/index.ts';
import { plotVerbs } from '../../functions/lesson/visuals/plot-verbs.ts';
import type { BlockCall } from '../../functions/lesson/visuals/visual-kind.ts';
import { visualSchema, type Visual } from '../../shared/contract/visual.ts';
import { LecternError } from '../../shared/errors.ts';

const read = (name: string, text: string): Visual => {
  const kind = kindOfFence(name);
  if (!kind) throw new Error(`no fence is called ${name}`);
  return kind.parse({ name, argument: '', text, firstLine: 11 });
};
const callOf = (name: string, text: string): BlockCall => {
  const visual = visualSchema.parse(JSON.parse(JSON.stringify(read(name, text))));
  return kindOfFence(name)?.call(visual) ?? { name: '', method: false, positional: [], named: {} };
};
const formulasOf = (name: string, text: string): string[] => kindOfFence(name)?.formulas(read(name, text)) ?? [];
const faultOf = (name: string, text: string): LecternError => {
  try {
    read(name, text);
  } catch (error) {
    if (error instanceof LecternError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

const verbs = { array: arrayVerbs, chart: chartVerbs, geometry: geometryVerbs, graph: graphVerbs, plot: plotVerbs };
const examples = Object.entries(verbs).flatMap(([name, table]) => Object.entries(table).map(([verb, { example }]) => [name, verb, example] as const));
/** An example on one line, `look: 3, label: here`, as the lines of a fence. */
const lines = (example: string): string => example.replace(/, (?=[a-z]+: )(?![^{]*\})(?![^[]*\])/g, '\n');

describe('every verb', () => {
  it.each(examples)('%s: %s goes on with the figure as its own example says', (name, verb, example) => {
    expect(example.startsWith(`${verb}: `)).toBe(true);
    const call = callOf(name, lines(example));
    expect(call.method).toBe(true);
    expect(callOf(name, `- ${lines(example).replaceAll('\n', '\n  ')}`)).toEqual(call);
  });

  it.each(examples)('%s: %s refuses what it does not know, with the line and its example', (name, _verb, example) => {
    const fault = faultOf(name, `${lines(example)}\nwobble: 3`);
    expect(fault.code).toMatch(/^lesson\//);
    expect(fault.line).toBeGreaterThanOrEqual(11);
    expect(`${fault.message} ${fault.fix}`).toMatch(/wobble|Write/);
  });
});

describe('a new figure', () => {
  it('is a block with what is drawn at once, and its steps', () => {
    expect(callOf('array', 'values: 2 5 8\ntarget: 5\nsteps:\n  - look: 1\n    label: 5 = 5\n    when: middle\n  - found: 1')).toEqual({
      name: 'array', method: false, positional: [['2', '5', '8']],
      named: {
        draw: [{ do: 'goal', value: '5', label: 'looking for' }],
        steps: [{ when: 'middle', actions: [{ do: 'look', cell: 1, label: '5 = 5' }] }, { actions: [{ do: 'found', cell: 1 }] }],
      },
    });
  });

  it('has its formulas checked beforehand, wherever they stand', () => {
    const text = 'x: [0, 2]\nx-label: $x_1$\nfunctions: {f: {of: x^2, label: $x^2$}}\nsteps:\n  - term: "price \\\\$3, $\\\\frac{1}{2}$"';
    expect(formulasOf('plot', text)).toEqual(['x_1', 'x^2', '\\frac{1}{2}']);
  });

  it('takes numbers as expressions, ticks as mathematics', () => {
    const call = callOf('plot', 'x: [-pi, pi]\nx-ticks: [-pi/2, 1, pi]\ny-ticks: none\nfunction: sin(x)\ncolor: teal');
    expect(call.named).toMatchObject({
      x: [-Math.PI, Math.PI], x_ticks: [[-Math.PI / 2, '$-\\pi/2$'], [1, '1'], [Math.PI, '$\\pi$']], y_ticks: [],
      draw: [{ do: 'curve', name: 'f', of: ['sin', 'x'], colour: 'teal' }],
    });
  });

  it('reads points, shapes by their corners, and names of their own', () => {
    const call = callOf('geometry', 'points: {A: [0, 0], B: [4, 0], C: [0, sqrt(9)]}\npolygons: {T: ABC}\nsquares: [AB, {of: BC, cells: 5}]\nangles: BAC');
    expect(call.positional).toEqual([{ A: [0, 0], B: [4, 0], C: [0, 3] }]);
    expect(call.named['draw']).toEqual([
      { do: 'polygon', name: 'T', corners: ['A', 'B', 'C'] },
      { do: 'square', name: 'AB', side: ['A', 'B'] },
      { do: 'square', name: 'BC', side: ['B', 'C'], cells: 5 },
      { do: 'angle', name: 'BAC', corners: ['B', 'A', 'C'] },
    ]);
  });

  it('reads edges as one writes them', () => {
    const call = callOf('graph', 'edges:\n  - A - B: 4\n  - B -> C -> D\n  - carbon dioxide → leaf\nboxes: true');
    expect(call.positional[0]).toEqual({ A: 'A', B: 'B', C: 'C', D: 'D', 'carbon dioxide': 'carbon dioxide', leaf: 'leaf' });
    expect(call.positional[1]).toEqual([['A', 'B', '-', '4'], ['B', 'C', '->', ''], ['C', 'D', '->', ''], ['carbon dioxide', 'leaf', '->', '']]);
  });
});

describe('faults', () => {
  it.each([
    ['array', '', 11, /empty/],
    ['array', 'values: a b\nlok: 3', 12, /"lok" is not something/],
    ['array', 'values: [1, averyveryverylongvalue]', 11, /does not fit a cell/],
    ['array', `values: ${'ab '.repeat(21)}`, 11, /not all of them are numbers/],
    ['array', 'indices: true', 11, /belongs to a new figure/],
    ['array', 'look: soon', 11, /not an expression/],
    ['array', 'values: 1 2\nsteps:\n  - look: 1\n  - look: -3', 14, /"cell"/],
    ['array', 'values: 1 2\nsteps: look', 12, /needs a list/],
    ['chart', 'bars: {a: -3}', 11, /bars/],
    ['chart', 'bars: {a: many}', 11, /not an expression/],
    ['graph', 'edges: [A]', 11, /joins nothing/],
    ['graph', 'edges: [A - B]\nplaces: {C: [0, 0]}', 12, /"C", which is no node/],
    ['plot', 'x: [3, -3]', 11, /goes from 3 to -3/],
    ['plot', 'x: [0, 1]\nfunctions:\n  f: import("fs")', 12, /not an expression/],
    ['plot', 'x: [0, 1]\nfunction: x^2\ncolour: pink', 12, /colour/],
    ['plot', 'x: [0, 1]\nwhen: now\nfunction: x', 12, /belongs to a step/],
    ['geometry', 'points: {A: [0]}', 11, /two numbers/],
    ['geometry', 'points: {A: [0, 0], B: [1, 1]}\nangles: AB', 12, /needs 3 points/],
    ['geometry', 'slide: T', 11, /needs a way/],
  ] as const)('%s: %j is told on line %i', (name, text, line, message) => {
    const fault = faultOf(name, text);
    expect(fault.message).toMatch(message);
    expect(fault.line).toBe(line);
    expect(fault.fix.length).toBeGreaterThan(9);
  });
});

it('gives the Python blocks the calls that they are tested with', () => {
  const fences = JSON.parse(readFileSync(new URL('../fixtures/figure-fences.json', import.meta.url), 'utf8')) as { name: string; fences: string[] }[];
  const calls = fences.map(({ name, fences: texts }) => ({ name, calls: texts.map((text) => callOf(name, text)) }));
  const expected: unknown = JSON.parse(readFileSync(new URL('../fixtures/figure-calls.json', import.meta.url), 'utf8'));
  expect(calls).toEqual(expected);
});

it('understands every figure that the documentation shows', () => {
  const text = readFileSync(new URL('../../docs/lesson-format-figure-blocks.md', import.meta.url), 'utf8');
  const shown = [...text.matchAll(/^```(array|chart|geometry|graph|plot|yaml)\n([\s\S]*?)^```/gm)];
  expect(shown.length).toBeGreaterThanOrEqual(3);
  for (const [, name = '', body = ''] of shown) {
    // The places of its comment are of other nodes.
    expect(callOf(name === 'yaml' ? 'graph' : name, body.replace(/^places:.*$/m, '')).name).not.toBe('');
  }
});
