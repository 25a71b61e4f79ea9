import type { z } from 'zod';
import { graphSchema } from '../../../shared/contract/visuals/graph.ts';
import { formulasIn, newOrContinued } from './figure-call.ts';
import { readFigureFence, type Verb } from './figure-fence.ts';
import { checkHead } from './figure-head.ts';
import { fault, isMapping, readEntries, readLabel, readNames, readPair, type Written } from './figure-values.ts';
import { zoomVerb } from './figure-zoom.ts';
import type { Fence, VisualKind } from './visual-kind.ts';

type GraphVisual = z.output<typeof graphSchema>;
type Edge = GraphVisual['edges'][number];
type Part = string | [string, string];

const connection = /\s*(->|→)\s*|\s+(?:--?|–|—)\s+/;

/** `A - B`, `A -> B -> C`: names with what joins them. */
const readChain = (text: string): { names: string[]; directed: boolean } => ({
  names: text.split(new RegExp(connection.source.replace('(->|→)', '(?:->|→)'))).map((name) => name.trim()).filter((name) => name !== ''),
  directed: /->|→/.test(text),
});

const links = (names: string[]): [string, string][] => names.slice(1).map((name, index) => [names[index] ?? name, name]);

const readEnds = (written: Written): [string, string] => {
  const [first, second, more] = readChain(readLabel(written)).names;
  if (first !== undefined && second !== undefined && more === undefined) return [first, second];
  throw fault(written, { message: 'needs one edge', fix: 'Write the two nodes with " - " or " -> " between them: A - B.' });
};

/** Nodes and edges: `A, B - C`; a chain stands for its nodes and its edges. */
const readParts = (written: Written): Part[] =>
  readNames(written).flatMap((item): Part[] => {
    const { names } = readChain(item);
    return names.length === 1 ? names : [...names, ...links(names)];
  });

const readWay = (written: Written): string[] => {
  const { names } = readChain(readNames(written).join(' - '));
  if (names.length >= 2) return names;
  throw fault(written, { message: 'needs a way through the graph', fix: `Write ${written.key}: A - C - B.` });
};

const oneEdge = (written: Written, label: unknown): Edge[] => {
  const text = readLabel(written);
  const { names, directed } = readChain(text);
  if (names.length < 2) throw fault(written, { message: `holds "${text}", which joins nothing`, fix: 'Write an edge as A - B, with an arrow as A -> B, with a weight as A - B: 4.' });
  return links(names).map(([from, to]) => ({
    from, to, directed, ...(label === null || label === undefined ? {} : { label: readLabel({ ...written, value: label }) }),
  }));
};

const readEdges = (written: Written): Edge[] => {
  const list: unknown[] = Array.isArray(written.value) ? written.value : [written.value];
  return list.flatMap((item) =>
    isMapping(item)
      ? Object.entries(item).flatMap(([ends, label]) => oneEdge({ ...written, value: ends }, label))
      : oneEdge({ ...written, value: item }, undefined),
  );
};

/** Names of nodes as a list, or with what stands in each as a mapping. */
const readNodes = (written: Written): [string, string][] => {
  if (isMapping(written.value)) return readEntries(written).map(([name, label]) => [name, readLabel({ ...written, value: label ?? name })]);
  return readNames(written).map((name) => [name, name]);
};

const parts = (action: string): Verb['read'] => (written, details) => [{ do: action, parts: readParts(written), ...details }];
const way = (action: string): Verb['read'] => (written, details) => [{ do: action, nodes: readWay(written), ...details }];

export const graphVerbs: Record<string, Verb> = {
  highlight: { example: 'highlight: A - C', read: parts('highlight') },
  paint: {
    example: 'paint: {leaf: teal, A - C: rose}',
    read: (written, details) => readEntries(written).map(([item, colour]) => ({ do: 'colour', parts: readParts({ ...written, value: item }), colour, ...details })),
  },
  path: { example: 'path: A - C - B, colour: teal', read: way('path') },
  show: { example: 'show: A, B', read: (written, details) => [{ do: 'reveal', nodes: readNames(written), ...details }] },
  dim: { example: 'dim: A, A - C', read: parts('recede') },
  distances: {
    example: 'distances: {A: 0, B: 4}',
    read: (written, details) => [{ do: 'values', values: Object.fromEntries(readEntries(written).map(([name, value]) => [name, readLabel({ ...written, value })])), ...details }],
  },
  weight: {
    example: 'weight: {A - B: 3}',
    read: (written, details) => readEntries(written).map(([ends, label]) => ({ do: 'weight', edge: readEnds({ ...written, value: ends }), label: readLabel({ ...written, value: label }), ...details })),
  },
  travel: { example: 'travel: A - C - B', read: way('travel') },
  clear: { example: 'clear: true', read: (_written, details) => [{ do: 'clear', ...details }] },
  zoom: zoomVerb,
};

const checkNames = (written: Written, nodes: Record<string, string>): void => {
  const unknown = Object.keys(isMapping(written.value) ? written.value : Object.fromEntries(readNames(written).map((name) => [name, true]))).find((name) => !Object.hasOwn(nodes, name));
  if (unknown !== undefined) throw fault(written, { message: `names "${unknown}", which is no node`, fix: `The nodes are ${Object.keys(nodes).join(', ')}.` });
};

const parse = (fence: Fence): GraphVisual => {
  const read = readFigureFence(fence, {
    name: 'graph', headKeys: ['edges', 'nodes', 'places', 'colours', 'colors', 'boxes', 'start'], definingKey: 'edges', verbs: graphVerbs,
    action: graphSchema.shape.draw.element,
  });
  const written = (key: string): Written | undefined => read.head.get(key);
  const [edgesWritten, nodesWritten, places, start] = ['edges', 'nodes', 'places', 'start'].map(written);
  const edges = edgesWritten ? readEdges(edgesWritten) : [];
  const named = nodesWritten ? readNodes(nodesWritten) : [];
  const nodes = { ...Object.fromEntries(named), ...Object.fromEntries(edges.flatMap(({ from, to }) => [from, to]).filter((name) => !named.some(([known]) => known === name)).map((name) => [name, name])) };
  const colours = written('colours') ?? written('colors');
  for (const entry of [places, start, colours]) if (entry) checkNames(entry, nodes);
  if (edgesWritten && Object.keys(nodes).length > 16) throw fault(edgesWritten, { message: `joins ${Object.keys(nodes).length} nodes`, fix: 'Show at most 16 at once; 8 is a good number.' });
  return checkHead(graphSchema, read, {
    kind: 'graph',
    nodes,
    edges,
    places: places && Object.fromEntries(readEntries(places).map(([name, value]) => [name, readPair({ ...places, value })])),
    colours: colours?.value,
    boxes: written('boxes')?.value,
    start: start && readNames(start),
  });
};

/** Nodes joined by edges: networks, trees, flow charts. */
export const graphKind: VisualKind<'graph'> = {
  kind: 'graph',
  fences: ['graph'],
  weight: 'figure',
  parse,
  call: (visual) => newOrContinued(visual, {
    name: 'graph',
    positional: [visual.nodes, visual.edges.map(({ from, to, directed, label }) => [from, to, directed ? '->' : '-', label ?? ''])],
    named: { places: visual.places, colours: visual.colours, boxes: visual.boxes, start: visual.start },
  }),
  formulas: (visual) => formulasIn([visual.nodes, visual.edges, visual.draw, visual.steps]),
  assets: () => [],
};
