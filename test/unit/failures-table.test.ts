import { expect, test } from 'vitest';
import { failureLines } from '../../functions/commands/screen/failures-table.ts';
import type { FailureSummary } from '../../shared/contract/failure.ts';

const counts = (failures: number, mendedByFix: number, mendedByModel: number, unmended: number) => ({ failures, mendedByFix, mendedByModel, unmended });
const summary: FailureSummary = {
  failures: 30,
  recovered: 27,
  classes: [
    { errorClass: 'NameError', ...counts(20, 15, 4, 1) },
    { errorClass: 'AVeryLongExceptionNameThatSomebodyHasGivenToTheirOwnClass', ...counts(10, 3, 5, 2) },
  ],
  writers: [
    { model: 'claude-sonnet-5-5', promptVersion: '0123456789abcdef0123', ...counts(28, 18, 8, 2) },
    { model: '', promptVersion: '', ...counts(2, 0, 1, 1) },
  ],
  rules: [{ rule: 'showcreation', failures: 15, recovered: 15 }],
};

test('failures are told in columns, in at most 80 characters', () => {
  const lines = failureLines(summary, 90);
  expect(lines[0]).toBe('30 failures in the last 90 days: 27 mended, 3 left.');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const words = lines.map((line) => line.trim().split(/ {2,}/));
  expect(words).toContainEqual(['what breaks', 'times', 'fixed', 'model', 'left']);
  expect(words).toContainEqual(['NameError', '20', '15', '4', '1']);
  expect(words).toContainEqual(['AVeryLongExceptionNameThatSomebodyHasGivenToT…', '10', '3', '5', '2']);
  expect(words).toContainEqual(['claude-sonnet-5-5, prompts 0123456789ab', '28', '18', '8', '2']);
  expect(words).toContainEqual(['a lesson', '2', '0', '1', '1']);
  expect(words).toContainEqual(['showcreation', '15', '15']);
});

test('a long table is cut, and says by how much', () => {
  const classes = Array.from({ length: 20 }, (_, index) => ({ errorClass: `Error${index}`, ...counts(1, 1, 0, 0) }));
  const lines = failureLines({ ...summary, classes }, 90);
  expect(lines).toContain('… and 5 more');
  expect(lines.join('\n')).not.toContain('Error15');
});

test('nothing that failed is one line', () => {
  expect(failureLines({ failures: 0, recovered: 0, classes: [], writers: [], rules: [] }, 7)).toEqual(['Nothing has failed in the last 7 days.']);
});
