import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaDocument } from '../../functions/compute/local/formula-check.ts';
import { texKey } from '../../functions/compute/local/tex-cache.ts';
import { makeFolder, never, packageFolder, pythonOfSetup, renderScene, smallJob } from '../support/compute.ts';
import { computeAdapters, type OpenCompute } from '../support/compute-adapters.ts';

const folder = makeFolder();
const adapters = computeAdapters();
afterAll(async () => {
  for (const adapter of adapters) await adapter.close();
  rmSync(folder, { recursive: true, force: true });
});

const sound = ['a^2 + b^2 = c^2', String.raw`\int_0^1 \frac{\sin x}{x}\,dx`, String.raw`f(x) &= x^2 \\ f'(x) &= 2x`, String.raw`\text{speed} = \frac{s}{t}`, String.raw`\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}`];
const broken: [string, RegExp][] = [
  [String.raw`\fraction{1}{2}`, /Undefined control sequence.*\\fraction/],
  [String.raw`\frac{1}{2`, /not closed/],
  ['x^2^3', /Double superscript/],
  [String.raw`\left( x`, /forgotten \\right/],
  ['α', /Unicode character α \(U\+03B1\) not set up/],
  [String.raw`\begin{matrix} a & b`, /not closed/],
];

describe.each(adapters)('formulas $name', (adapter) => {
  const dataFolder = join(folder, adapter.name.replaceAll(' ', '-'));
  let compute: OpenCompute;
  beforeAll(async () => {
    compute = await adapter.open({ dataFolder });
  });

  it("that do not compile are named with TeX's words, and the others are ready to be drawn", async () => {
    const faults = await compute.formulas.check([...sound, ...broken.map(([formula]) => formula)], never);
    expect(faults.map(({ formula }) => formula)).toEqual(broken.map(([formula]) => formula));
    faults.forEach(({ message }, index) => expect(message).toMatch(broken[index]?.[1] as RegExp));
    for (const { message } of faults) expect(message).not.toContain('\n');
    const cached = readdirSync(compute.texFolder);
    for (const formula of sound) expect(cached).toContain(`${texKey(formulaDocument(formula))}.svg`);
  });

  it('are looked up the second time, good or bad', async () => {
    const formulas = ['m + n', String.raw`\nonsense`];
    const first = await compute.formulas.check(formulas, never);
    expect(first).toHaveLength(1);
    const withoutTime = await adapter.open({ dataFolder, texLimits: { wallSeconds: 0.001 } });
    expect(await withoutTime.formulas.check(['m + n + o'], never)).toHaveLength(1);
    expect(await withoutTime.formulas.check(formulas, never)).toEqual(first);
  });

  it('that are asked for twice at once are answered alike', async () => {
    const [one, other] = await Promise.all([compute.formulas.check(['k', 'k'], never), compute.formulas.check(['k', 'k + 1'], never)]);
    expect([one, other]).toEqual([[], []]);
  });

  it('that put more than a drawing into their SVG are refused', async () => {
    const [fault] = await compute.formulas.check([String.raw`x\special{dvisvgm:raw <image href='https://example.org/x.png'/>}`], never);
    expect(fault?.message).toContain('foreign element');
    expect(readdirSync(compute.texFolder).map((name) => readFileSync(join(compute.texFolder, name), 'utf8')).filter((svg) => svg.includes('example.org'))).toEqual([]);
  });

  it('whose check is cancelled are compiled for whoever else waits for them', async () => {
    const cancel = new AbortController();
    const cancelled = compute.formulas.check(['h + i + j'], cancel.signal);
    const waiting = compute.formulas.check(['h + i + j'], never);
    cancel.abort();
    await expect(cancelled).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(await waiting).toEqual([]);
  });

  it('of a scene are compiled before it runs, whatever becomes of them', async () => {
    const code = ['from manim import *', 'from lectern_render import LessonScene', 'class Section(LessonScene):', '    def construct(self):',
      String.raw`        self.add(MathTex("u + v"))`, '        if False:', String.raw`            MathTex("u + w"), MathTex(r"\nonsense")`].join('\n');
    const { failure } = await renderScene(compute, smallJob(code), join(folder, `${randomUUID()}.mp4`));
    expect(failure).toBeUndefined();
    const named = (ending: string, text: string): string[] =>
      readdirSync(compute.texFolder).filter((name) => name.endsWith(ending) && readFileSync(join(compute.texFolder, name), 'utf8').includes(text));
    await expect.poll(() => readdirSync(compute.texFolder), { timeout: 20_000 }).toContain(`${texKey(formulaDocument('u + w'))}.svg`);
    await expect.poll(() => named('.fault', 'nonsense'), { timeout: 20_000 }).toHaveLength(1);
  });

  it('that never end are stopped, and nothing is remembered of them', async () => {
    const impatient = await adapter.open({ dataFolder: join(folder, 'impatient'), texLimits: { wallSeconds: 2 } });
    const faults = await impatient.formulas.check([String.raw`\def\loop{\loop}\loop`], never);
    expect(faults[0]?.message).toContain('2 s');
    expect(readdirSync(impatient.texFolder)).toEqual([]);
  });
});

it("the document of a formula is the one that MathTex compiles in a scene", () => {
  const formula = String.raw`\sqrt{x} + y`;
  const program = [
    'import sys',
    'from manim import MathTex',
    'from lectern_render.settings import tex_template as template_of_scenes',
    'from manim.mobject.text import tex_mobject',
    'def told(expression, environment, tex_template):',
    '    sys.stdout.write(tex_template.get_texcode_for_expression_in_env(expression, environment))',
    '    sys.stdout.flush()',
    '    raise SystemExit',
    'tex_mobject.tex_to_svg_file = told',
    'MathTex(sys.argv[1], tex_template=template_of_scenes())',
  ].join('\n');
  const { stdout } = spawnSync(pythonOfSetup, ['-c', program, formula], { encoding: 'utf8', cwd: folder, env: { PATH: '/usr/bin:/bin', PYTHONPATH: packageFolder } });
  expect(formulaDocument(formula).source).toBe(stdout);
});
