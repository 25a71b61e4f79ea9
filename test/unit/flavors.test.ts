import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { folderFlavors } from '../../functions/flavors/folder.ts';
import type { Flavors } from '../../functions/flavors/port.ts';
import { knownModels } from '../../functions/llm/known-models.ts';
import { LecternError } from '../../shared/errors.ts';

const shipped = new URL('../../flavors', import.meta.url).pathname;
let folder: string;
let told: { level: string; message: string; fields: Record<string, unknown> }[];

const log = {
  debug: (fields: Record<string, unknown>, message: string) => void told.push({ level: 'debug', message, fields }),
  warn: (fields: Record<string, unknown>, message: string) => void told.push({ level: 'warn', message, fields }),
};
const read = (from = folder): Promise<Flavors> => folderFlavors({ folder: from, log, models: knownModels });
const fault = (): Promise<LecternError> =>
  read().then(
    () => Promise.reject(new Error('The flavors were read.')),
    (error: unknown) => (error instanceof LecternError ? error : Promise.reject(error as Error)),
  );
const write = (flavor: string, file: string, text: string): void => {
  mkdirSync(join(folder, flavor), { recursive: true });
  writeFileSync(join(folder, flavor, file), text);
};
const warnings = (): string[] => told.filter(({ level }) => level === 'warn').map(({ message }) => message);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lectern-flavors-'));
  cpSync(join(shipped, 'default'), join(folder, 'default'), { recursive: true });
  told = [];
});

describe('the flavors that are shipped', () => {
  test('are whole, and nothing about them is worth a warning', async () => {
    const flavors = await read(shipped);
    expect(flavors.names).toEqual(['default', 'concise', 'example', 'storyteller']);
    expect(warnings()).toEqual([]);
  });

  test('each keep their own way of planning and writing', async () => {
    const { chosen } = await read(shipped);
    const seconds = ['default', 'concise', 'storyteller'].map((name) => chosen(name).flavor.parameters.seconds);
    expect(new Set(seconds).size).toBe(3);
    const plans = ['default', 'concise', 'storyteller'].map((name) => chosen(name).flavor.plan.sections);
    expect(new Set(plans).size).toBe(3);
  });
});

describe('every folder', () => {
  test('is found at start, the default first', async () => {
    for (const name of ['zeta', 'alpha']) cpSync(join(folder, 'default'), join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'README.md'), 'About flavors.');
    mkdirSync(join(folder, '.cache'));
    expect((await read()).names).toEqual(['default', 'alpha', 'zeta']);
    expect(told[0]).toEqual({ level: 'debug', message: 'flavors found', fields: { flavors: ['default', 'alpha', 'zeta'] } });
  });

  test('takes from the default what it does not say, key by key, and lists whole', async () => {
    write('quick', 'parameters.yaml', 'sections:\n  most: 4\nseconds: 60\n');
    write('quick', 'plan_prompts.yaml', 'outline: Be quick.\n');
    write('quick', 'scene_prompts.yaml', 'examples: []\n');
    write('quick', 'repair_prompts.yaml', '# As the default.\n');
    const { chosen } = await read();
    const [standard, quick] = [chosen('default').flavor, chosen('quick').flavor];
    expect(quick).toEqual({
      ...standard,
      name: 'quick',
      plan: { ...standard.plan, outline: 'Be quick.' },
      scene: { ...standard.scene, examples: [] },
      parameters: { ...standard.parameters, seconds: 60, sections: { fewest: standard.parameters.sections.fewest, most: 4 } },
    });
    expect(warnings()).toEqual([]);
  });

  test('may lack files, and it is said which', async () => {
    write('quick', 'parameters.yaml', 'seconds: 60\n');
    const { chosen } = await read();
    expect(chosen('quick').flavor.scene).toEqual(chosen('default').flavor.scene);
    expect(warnings()).toEqual(['plan_prompts.yaml', 'scene_prompts.yaml', 'repair_prompts.yaml'].map((file) => `the flavor quick has no ${file}: that of the default is taken`));
  });

  test('has a warning for a file that nobody reads', async () => {
    write('default', 'scene-prompts.yaml', 'scene: Draw.\n');
    await read();
    expect(warnings()).toEqual([expect.stringContaining('nobody reads scene-prompts.yaml')]);
  });
});

describe('a flavor that is asked for', () => {
  test('and not there is the default, with a warning for whoever asked', async () => {
    const { chosen } = await read();
    const { flavor, warning } = chosen('sweet');
    expect(flavor.name).toBe('default');
    expect(warning).toBe('There is no flavor called “sweet”: the default is taken. There are default.');
    expect(told.at(-2)).toMatchObject({ level: 'warn', fields: { asked: 'sweet', flavor: 'default' } });
  });

  test('or not asked for is told to the log with what it holds, and without its prompts', async () => {
    const { chosen } = await read();
    const { flavor, warning } = chosen(undefined);
    expect(warning).toBeUndefined();
    expect(told.at(-1)).toMatchObject({ level: 'debug', message: 'flavor chosen', fields: { flavor: 'default', parameters: flavor.parameters } });
    expect(JSON.stringify(told)).not.toContain(flavor.scene.scene.trim().slice(0, 40));
  });
});

describe('a flavor that is broken stops the start', () => {
  test.each([
    ['no YAML', 'parameters.yaml', 'seconds: 60\nquality: "preview\n', /parameters\.yaml:3:1 Missing closing/],
    ['the same key twice', 'parameters.yaml', 'seconds: 60\nseconds: 70\n', /parameters\.yaml:2:1 Map keys must be unique/],
    ['no mapping', 'plan_prompts.yaml', '- outline\n', /plan_prompts\.yaml:1:1 A file of a flavor holds keys/],
    ['an unknown key', 'parameters.yaml', '# Mine.\nseconds: 60\nmodells:\n  plan: x\n', /parameters\.yaml:3:1 There is no key `modells`/],
    ['an unknown key further in', 'parameters.yaml', 'models:\n  plan: claude-opus-5-5\n  draw: claude-opus-5-5\n', /parameters\.yaml:3:3 There is no key `models\.draw`/],
    ['another type', 'parameters.yaml', 'sections:\n  fewest: two\n', /parameters\.yaml:2:3 `sections\.fewest`: Invalid input: expected number/],
    ['an empty value', 'repair_prompts.yaml', 'outline: x\nscene:\n', /repair_prompts\.yaml:2:1 `scene`: Invalid input: expected string/],
    ['a value out of bounds', 'parameters.yaml', 'seconds: 5\n', /parameters\.yaml:1:1 `seconds`: Too small/],
    ['bounds that contradict the default', 'parameters.yaml', 'sections: { most: 1 }\n', /parameters\.yaml:1:1 `sections\.fewest`: is more than `most`/],
    ['an example without code', 'scene_prompts.yaml', 'examples:\n  - film: A\n    section: B\n    ledger: []\n    beats: [{ said: a, picture: b, seconds: 3 }]\n', /scene_prompts\.yaml:2:5 `examples\.0\.code`/],
    ['a model that nobody knows', 'parameters.yaml', 'models:\n  scene: claude-9\n', /parameters\.yaml:2:3 Lectern knows no model named `claude-9`.*functions\/llm\/models\.ts/],
  ])('by %s', async (_, file, text, message) => {
    write('mine', file, text);
    const { code, message: said, fix } = await fault();
    expect(code).toBe('bad_flavor');
    expect(said).toMatch(message);
    expect(said).toContain(join(folder, 'mine'));
    expect(fix).toContain('docs/flavors.md');
  });

  test('and tells everything that is wrong with it at once', async () => {
    write('mine', 'parameters.yaml', 'seconds: long\nmodells: {}\n');
    write('yours', 'plan_prompts.yaml', 'outline: 3\n');
    expect((await fault()).message.split('\n')).toHaveLength(3);
  });

  test('by a name that no request could hold', async () => {
    cpSync(join(folder, 'default'), join(folder, 'My flavor'), { recursive: true });
    expect(await fault()).toMatchObject({ code: 'bad_flavor', message: 'A flavor cannot be called “My flavor”.' });
  });

  test.each(readdirSync(join(shipped, 'default')))('by a default without %s', async (file) => {
    rmSync(join(folder, 'default', file));
    expect(await fault()).toMatchObject({ code: 'no_default_flavor' });
  });

  test('by there being none at all', async () => {
    rmSync(folder, { recursive: true });
    expect(await fault()).toMatchObject({ code: 'no_default_flavor' });
  });
});
