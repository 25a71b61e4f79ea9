import { readExpression } from './expression.ts';
import type { Verb } from './figure-fence.ts';
import { fault, readDetails, readEntries, readLabel, readNames, readValue, withLabels, withNumbers, type Written } from './figure-values.ts';
import { zoomVerb } from './figure-zoom.ts';

type Details = Record<string, unknown>;

const looksOf = (details: Details, line: number): Details => withNumbers(withLabels(details, ['label', 'name', 'and'], line), ['from', 'to', 'at'], line);

const curve = (name: string, written: Written): object => {
  const { of, ...looks } = looksOf(readDetails(written.value, 'of'), written.line);
  if (typeof of !== 'string' && typeof of !== 'number') throw fault(written, { message: `gives "${name}" no expression`, fix: 'Write functions: {f: x^2}, or f: {of: x^2, label: …}.' });
  return { do: 'curve', name, of: readExpression(of, written.line), ...looks };
};

/** `[1, 2]`, `[1, f]` for a place on a curve, or `{at: [1, f], label: here}`; its name stands beside it unless the label is `none`. */
const point = (name: string, written: Written): object => {
  const { at, ...looks } = readDetails(written.value, 'at');
  if (!Array.isArray(at) || at.length !== 2) throw fault(written, { message: `gives "${name}" no place`, fix: 'Write points: {P: [1, 2]}, or [1, f] for a place on the curve f.' });
  const [x, y] = at as unknown[];
  const height = typeof y === 'string' && /^[A-Za-z_]\w*$/.test(y) && y !== 'pi' && y !== 'e' ? y : readValue({ ...written, value: y });
  const { label = /^[A-Za-z]$/.test(name) ? `$${name}$` : name, ...others } = withLabels(looks, ['label'], written.line);
  return { do: 'point', name, x: readValue({ ...written, value: x }), y: height, ...(label === 'none' ? {} : { label }), ...others };
};

const eachEntry = (read: (name: string, written: Written) => object): Verb['read'] => (written, details) =>
  readEntries(written).map(([name, value]) => ({ ...read(name, { ...written, value }), ...details }));

/** A mark on one named curve; its own name is the verb's unless the author gives another. */
const onCurve = (action: string, rename: Record<string, string>): Verb['read'] => (written, details) => {
  const renamed = Object.fromEntries(Object.entries(looksOf(details, written.line)).map(([key, value]) => [rename[key] ?? key, value]));
  return [{ do: action, name: action, [action === 'area' ? 'under' : 'curve']: readLabel(written), ...renamed }];
};

/** A line across the plot; its name is its place, so that several can stand. */
const across = (action: 'vertical' | 'horizontal'): Verb['read'] => (written, details) => [
  { do: action, name: `${action} ${String(written.value)}`.slice(0, 24), [action === 'vertical' ? 'x' : 'y']: readValue(written), ...withLabels(details, ['label', 'name'], written.line) },
];

const named = (action: string): Verb['read'] => (written, details) => [{ do: action, names: readNames(written), ...details }];

export const plotVerbs: Record<string, Verb> = {
  function: { example: 'function: x^2, label: $x^2$', read: (written, details) => [curve('f', { ...written, value: { ...details, of: written.value } })] },
  functions: { example: 'functions: {f: x^2, g: 2*x}', read: eachEntry(curve) },
  points: { example: 'points: {P: [1, f]}', read: eachEntry(point) },
  area: { example: 'area: f, from: 0, to: 2, label: $A$', read: onCurve('area', { and: 'above' }) },
  tangent: { example: 'tangent: f, at: 1', read: onCurve('tangent', { at: 'x' }) },
  secant: { example: 'secant: f, from: 1, to: 3', read: onCurve('secant', {}) },
  follow: { example: 'follow: f, from: 0, to: 3', read: (written, details) => [{ do: 'follow', curve: readLabel(written), ...looksOf(details, written.line) }] },
  vertical: { example: 'vertical: 2, label: $x = 2$', read: across('vertical') },
  horizontal: { example: 'horizontal: 1.5, label: limit', read: across('horizontal') },
  move: { example: 'move: tangent, to: 2', read: (written, details) => [{ do: 'move', name: readLabel(written), ...looksOf(details, written.line) }] },
  term: { example: 'term: $\\frac{1}{3}\\sin 3x$', read: (written, details) => [{ do: 'term', text: readLabel(written), ...details }] },
  fade: { example: 'fade: f', read: named('faint') },
  remove: { example: 'remove: f, tangent', read: named('erase') },
  highlight: { example: 'highlight: f', read: named('highlight') },
  zoom: zoomVerb,
};

