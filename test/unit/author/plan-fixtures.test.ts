import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outlineFaults } from '../../../functions/author/plan/outline-check.ts';
import { tidyOutline } from '../../../functions/author/plan/outline-tidy.ts';
import { filmWishes } from '../../../functions/author/plan/outline-wishes.ts';
import { type OutlineReply, outlineReplySchema, type SectionReply, sectionsReplySchema } from '../../../functions/author/plan/reply.ts';
import { readSection } from '../../../functions/author/plan/section-read.ts';
import { planFlavor } from '../../support/plan-replies.ts';

const folder = new URL('../../fixtures/claude/', import.meta.url).pathname;
const parameters = { ...planFlavor.parameters, seconds: 180, sections: { fewest: 3, most: 6 } };
const wishes = filmWishes({ parameters }, {});
const slugs = readdirSync(folder).filter((slug) => existsSync(join(folder, slug, 'sections.json')));

const read = (slug: string, name: string): unknown => {
  const path = join(folder, slug, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
const outlineOf = (value: unknown): OutlineReply => tidyOutline(outlineReplySchema.parse(value));

describe.each(slugs)('the plan of %s', (slug) => {
  const repaired = read(slug, 'outline.repaired.json');
  const outline = outlineOf(repaired ?? read(slug, 'outline.json'));
  const { sections } = sectionsReplySchema.parse(read(slug, 'sections.json'));
  const faultsOf = (section: SectionReply, index: number): string[] =>
    readSection(section, { language: outline.language, seconds: outline.sections[index]?.seconds }).faults;

  test('has an outline without a fault, once it is corrected', () => {
    expect(outlineFaults(outline, wishes)).toEqual([]);
    if (repaired !== undefined) expect(outlineFaults(outlineOf(read(slug, 'outline.json')), wishes)).not.toEqual([]);
  });

  test('has the sections of its outline, and faults in those alone that are corrected', () => {
    expect(sections.map(({ title }) => title)).toEqual(outline.sections.map(({ title }) => title));
    sections.forEach((section, index) => {
      const correction = read(slug, `section-${index + 1}.plan.repaired.json`);
      const [corrected] = correction === undefined ? [section] : sectionsReplySchema.parse(correction).sections;
      expect(corrected && faultsOf(corrected, index), `section ${index + 1}`).toEqual([]);
      if (correction !== undefined) expect(faultsOf(section, index), `section ${index + 1}`).not.toEqual([]);
    });
  });
});

test('there are plans to look at', () => {
  expect(slugs.length).toBeGreaterThan(5);
});
