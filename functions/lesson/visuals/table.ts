import type { Table } from 'mdast';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import { checkLength, formulasInText, richText } from './rich-text.ts';
import type { VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

const MOST_COLUMNS = 6;
const MOST_CHARACTERS = 60;

const textValue = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => (value === null ? '' : String(value)));
const rowValue = z.array(textValue);
const schema = z.strictObject({
  header: rowValue.min(1).max(8).optional(),
  rows: z.array(rowValue).min(1).max(40).optional(),
  row: z.int().positive().optional(),
  column: z.int().positive().optional(),
});

type TableVisual = ReturnType<VisualKind<'table'>['parse']>;
interface Cells { header: string[]; rows: string[][]; align?: ('left' | 'centre' | 'right')[] }

const checked = (cells: Cells, lineOfRow: (row: number) => number): TableVisual => {
  const columns = cells.header.length;
  if (columns > MOST_COLUMNS) {
    throw new LecternError('lesson/table', { message: `The table has ${columns} columns; at most ${MOST_COLUMNS} stay legible.`, fix: 'Show the columns that you compare, or two tables.', line: lineOfRow(-1) });
  }
  cells.rows.forEach((row, index) => {
    if (row.length !== columns) {
      throw new LecternError('lesson/table', { message: `Row ${index + 1} of the table has ${row.length} cells; the header has ${columns}.`, fix: 'Give every row as many cells as the header.', line: lineOfRow(index) });
    }
    for (const text of row) checkLength({ name: `A cell in row ${index + 1} of the table`, text, most: MOST_CHARACTERS, line: lineOfRow(index) });
  });
  return { kind: 'table', ...cells };
};

/** Rows under a header: a Markdown table, or the fence `table`; the fence with only `row` or `column` lights them up. */
export const tableKind: VisualKind<'table'> = {
  kind: 'table',
  fences: ['table'],
  weight: 'figure',
  parse: (fence) => {
    const { value, lineOf } = readFence(fence, schema);
    const focus = { ...(value.row === undefined ? {} : { row: value.row }), ...(value.column === undefined ? {} : { column: value.column }) };
    if (value.header && value.rows && Object.keys(focus).length === 0) {
      return checked({ header: value.header, rows: value.rows }, (row) => lineOf(row < 0 ? ['header'] : ['rows', row]));
    }
    if (!value.header && !value.rows && Object.keys(focus).length > 0) return { kind: 'table', continues: true, ...focus };
    throw new LecternError('lesson/table', {
      message: 'A fence "table" needs "header" and "rows" (a new table), or "row" or "column" alone (of the one on the stage).',
      fix: 'Write row: 2 to light up its second row.',
      line: fence.firstLine,
    });
  },
  call: (visual) => {
    if (visual.continues) {
      const { row, column } = visual;
      return { name: 'focus', method: true, positional: [], named: { ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }) } };
    }
    return { name: 'table', method: false, positional: [visual.header, visual.rows], named: visual.align ? { align: visual.align } : {} };
  },
  formulas: (visual) => visual.continues ? [] : formulasInText(...visual.header, ...visual.rows.flat()),
  assets: () => [],
};

/**
 * A Markdown table as a visual. `line` is the lesson's first line of it.
 *
 * @throws LecternError where it has too many columns, uneven rows, or too long a cell
 */
export const tableOfMarkdown = (table: Table, line: number): TableVisual => {
  const [header, ...rows] = table.children.map((row) => row.children.map((cell) => richText(cell.children).trim()));
  const lineOfRow = (row: number): number => table.children[row + 1]?.position?.start.line ?? line;
  if (!header || rows.length === 0) {
    throw new LecternError('lesson/table', { message: 'The table has no row under its header.', fix: 'Add a row, or take the table away.', line });
  }
  const width = header.length;
  const filled = rows.map((row) => [...row, ...Array.from({ length: Math.max(0, width - row.length) }, () => '')]);
  const sides = { left: 'left', center: 'centre', right: 'right' } as const;
  const align = table.align?.some((side) => side) ? table.align.map((side, index) => (side ? sides[side] : index === 0 ? 'left' : 'centre')) : undefined;
  return checked({ header, rows: filled, ...(align ? { align } : {}) }, lineOfRow);
};
