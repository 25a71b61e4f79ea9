import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const topicSchema = z.strictObject({
  topic: z.string().min(1),
  title: z.string().min(1),
  subject: z.enum(['mathematics', 'physics', 'chemistry', 'computing', 'economics']),
});
const outlineSchema = z.looseObject({ title: z.string() });

/** The replies of one film. */
export interface Fixture {
  slug: string;
  topic: string;
  /** Every title that the film has in one of its outlines. */
  titles: string[];
  /** The text of a file; undefined where there is none. */
  read: (name: string) => string | undefined;
}

function fixtureIn(folder: string, slug: string): Fixture {
  const read = (name: string): string | undefined => {
    const path = join(folder, slug, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const { topic, title } = topicSchema.parse(JSON.parse(read('topic.json') ?? 'null'));
  const outlines = [read('outline.json'), read('outline.repaired.json')].filter((text) => text !== undefined);
  return { slug, topic, titles: [title, ...outlines.flatMap(titleOf)], read };
}

/** An outline that is faulty on purpose may not even be JSON. */
function titleOf(text: string): string[] {
  try {
    const outline = outlineSchema.safeParse(JSON.parse(text));
    return outline.success ? [outline.data.title] : [];
  } catch {
    return [];
  }
}

/** Every folder that has a `topic.json`: the layout is told in test/fixtures/claude/README.md. */
export function readFixtures(folder: string): Fixture[] {
  const slugs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'topic.json')));
  return slugs.map(({ name }) => fixtureIn(folder, name));
}
