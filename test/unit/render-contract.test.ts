import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderJobSchema } from '../../shared/contract/job.ts';
import { sectionReportSchema } from '../../shared/contract/report.ts';

const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));

test('the job that the Python side reads is one', () => {
  const job = renderJobSchema.parse(fixture('render-job.json'));
  expect(job.beats.at(-1)?.endFrame).toBe(job.totalFrames);
});

test.each(['render-report.json', 'render-report-failed.json'])('%s, as the Python side writes it, is a report', (name) => {
  expect(sectionReportSchema.parse(fixture(name))).toEqual(fixture(name));
});
