import type { Verb } from './figure-fence.ts';
import { fault, isMapping, readDetails, readEntries, readLabel, readNames, readPair, readValue, withLabels, withNumbers, type Written } from './figure-values.ts';
import { zoomVerb } from './figure-zoom.ts';

/** Points in a row as one writes them in mathematics: `ABC`, `A1 B1`, `PQ'`. Longer names are divided by blanks. */
const readPoints = (written: Written): string[] => {
  const text = readLabel(written).trim();
  if (/[\s,]/.test(text)) return text.split(/[\s,]+/);
  const names = text.match(/[A-Za-z]\d*'*/g) ?? [];
  if (names.join('') === text) return names;
  throw fault(written, { message: `holds "${text}", which is no row of points`, fix: 'Write the points one after the other: ABC, or with blanks: A1 B1 C1.' });
};

const pointsOf = (count: number) => (written: Written): string[] => {
  const points = readPoints(written);
  if (points.length === count) return points;
  throw fault(written, { message: `needs ${count} points and holds ${points.length}`, fix: `Write ${['A', 'AB', 'ABC'][count - 1] ?? 'ABC'}.` });
};

interface Shape {
  action: string;
  /** Key of the contract that holds the points. */
  pointsKey: string;
  read: (written: Written) => string[] | string;
}

/**
 * Shapes are written as a list, `[ABC, DEF]`, and are called by their points; or as a mapping that gives each a name
 * of its own, `{T: ABC}`, with further keys as `{T: {of: ABC, colour: blue}}`.
 */
const shapes = ({ action, pointsKey, read }: Shape): Verb['read'] => (written, shared) => {
  const one = (name: string | undefined, value: unknown): object => {
    const { of, ...looks } = readDetails(value, 'of');
    const shape = { ...written, value: of };
    const numbers = withNumbers(withLabels({ ...shared, ...looks }, ['label', 'through'], written.line), ['radius', 'cells'], written.line);
    return { do: action, name: name ?? readLabel(shape).replace(/\s+/g, ' '), [pointsKey]: read(shape), ...numbers };
  };
  if (isMapping(written.value) && !('of' in written.value)) return readEntries(written).map(([name, value]) => one(name, value));
  if (Array.isArray(written.value)) return written.value.map((value: unknown) => one(undefined, value));
  return typeof written.value === 'string' ? readNames(written).map((value) => one(undefined, value)) : [one(undefined, written.value)];
};

const sides = (action: string): Verb['read'] => (written, details) => [
  { do: action, segments: readNames(written).map((value) => pointsOf(2)({ ...written, value })), ...details },
];
const named = (action: string): Verb['read'] => (written, details) => [{ do: action, names: readNames(written), ...details }];
const onePoint = (written: Written): string => readLabel(written);

const texts: Verb['read'] = (written, details) =>
  readEntries(written).map(([text, value]) => {
    const { at, ...looks } = Array.isArray(value) ? { at: value as unknown } : readDetails(value, 'at');
    return { do: 'text', text, at: readPair({ ...written, value: at }), ...details, ...looks };
  });

const labels: Verb['read'] = (written, details) =>
  readEntries(written).map(([of, value]) => {
    const { text, ...looks } = readDetails(value, 'text');
    return { do: 'label', of, text: readLabel({ ...written, value: text }), ...details, ...looks };
  });

const slide: Verb['read'] = (written, details) =>
  readNames(written).map((name) => {
    const moves = Object.entries(details).map(([key, value]) => [key, Array.isArray(value) ? readPair({ ...written, key, value }) : value]);
    if (moves.length !== 1) throw fault(written, { message: 'needs a way or an end', fix: 'Write slide: T, by: [3, 0], or slide: T, to: A.' });
    return { do: 'slide', name, ...Object.fromEntries(moves) as object };
  });

export const geometryVerbs: Record<string, Verb> = {
  'more-points': {
    example: 'more-points: {D: [3, 3]}',
    read: (written, details) => [{ do: 'place', places: Object.fromEntries(readEntries(written).map(([name, value]) => [name, readPair({ ...written, value })])), ...details }],
  },
  polygons: { example: 'polygons: {T: ABC}', read: shapes({ action: 'polygon', pointsKey: 'corners', read: readPoints }) },
  squares: { example: 'squares: {a: {of: BC, label: $a^2$}}', read: shapes({ action: 'square', pointsKey: 'side', read: pointsOf(2) }) },
  segments: { example: 'segments: [AB, CD], dashed: true', read: shapes({ action: 'segment', pointsKey: 'ends', read: pointsOf(2) }) },
  arrows: {
    example: 'arrows: {v: AB}',
    read: (written, details) => shapes({ action: 'segment', pointsKey: 'ends', read: pointsOf(2) })(written, { ...details, arrow: true }),
  },
  circles: { example: 'circles: {k: {of: M, radius: 2}}', read: shapes({ action: 'circle', pointsKey: 'centre', read: onePoint }) },
  angles: { example: 'angles: {alpha: {of: BAC, label: $\\alpha$}}', read: shapes({ action: 'angle', pointsKey: 'corners', read: pointsOf(3) }) },
  dots: {
    example: 'dots: A, B',
    read: (written, details) => readNames(written).map((name) => ({ do: 'dot', name, ...details })),
  },
  labels: { example: 'labels: {AB: $c$, T: area}', read: labels },
  texts: { example: 'texts: {$=$: [4, 1]}', read: texts },
  equal: { example: 'equal: AB, CD', read: sides('equal') },
  parallel: { example: 'parallel: AB, CD', read: sides('parallel') },
  slide: { example: 'slide: T, by: [3, 0]', read: slide },
  rotate: {
    example: 'rotate: T, by: 90, about: A',
    read: (written, details) => readNames(written).map((name) => ({ do: 'turn', name, ...details, by: readValue({ ...written, key: 'by', value: details['by'] }) })),
  },
  pour: { example: 'pour: a, b, into: c', read: (written, details) => [{ do: 'pour', from: readNames(written), ...details }] },
  fill: { example: 'fill: T, colour: teal', read: named('fill') },
  highlight: { example: 'highlight: AB, T', read: named('highlight') },
  dim: { example: 'dim: T', read: named('recede') },
  remove: { example: 'remove: T', read: named('erase') },
  zoom: zoomVerb,
};
