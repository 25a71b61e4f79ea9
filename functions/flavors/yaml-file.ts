import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

export type Path = readonly PropertyKey[];

/** One mistake in a file, as `file:line:column: what`. */
export interface FileFault {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** What a file of a flavor says, and where in it each part stands. */
export interface YamlFile {
  /** Empty for a file that holds nothing but comments. */
  values: Record<string, unknown>;
  /** 1-based; of the nearest part above where there is none at that path. */
  placeOf: (path: Path) => { line: number; column: number };
}

/** Reads a mapping in YAML 1.2. */
export function readYamlFile(file: string, text: string): { read: YamlFile } | { faults: FileFault[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) return { faults: broken.map(({ pos, message }) => ({ file, ...placeAt(pos[0]), message })) };
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
    return { faults: [{ file, ...placeAt(contents.range?.[0] ?? 0), message: 'A file of a flavor holds keys with values, as in `seconds: 60`' }] };
  }
  const values = (document.toJS() ?? {}) as Record<string, unknown>;
  return { read: { values, placeOf: (path) => placeAt(offsetOf(document, path)) } };
}

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOfPart(document, path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** Of the key, where the part is a mapping's. */
function offsetOfPart(document: Document, path: Path): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
    return pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** What a schema finds wrong, at the place in the file where it stands. */
export const schemaFaults = (file: string, { placeOf }: YamlFile, issues: readonly z.core.$ZodIssue[]): FileFault[] =>
  issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ file, ...placeOf(issue.path), message: `\`${issue.path.join('.')}\`: ${issue.message}` }];
    return issue.keys.map((key) => ({ file, ...placeOf([...issue.path, key]), message: `There is no key \`${[...issue.path, key].join('.')}\`` }));
  });
