import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaDocument } from '../../functions/compute/local/formula-check.ts';
import type { LocalComputeOptions } from '../../functions/compute/local/local-compute.ts';
import type { Guard } from '../../functions/compute/local/sandbox.ts';
import { texKey } from '../../functions/compute/local/tex-cache.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import { attackSource } from '../support/attack-source.ts';
import { makeCompute, makeFolder, renderScene, smallJob } from '../support/compute.ts';
import { isRunning } from '../support/processes.ts';
import { plantListeners, type PlantedListeners } from '../support/planted-listeners.ts';

/**
 * Every attack is scene code. It first succeeds against a planted target with the guard concerned taken away, which shows that it
 * is an attack, and is then contained.
 */
const folder = makeFolder();
const isRoot = process.getuid?.() === 0;
const secret = randomUUID();
const secretPath = join(folder, 'secret');
const outsideFolder = join(folder, 'outside');
let listeners: PlantedListeners;
let bystander: ChildProcess;

beforeAll(async () => {
  writeFileSync(secretPath, secret, { mode: 0o644 });
  mkdirSync(outsideFolder);
  chmodSync(outsideFolder, 0o777);
  listeners = await plantListeners(join(folder, 'planted.sock'));
  bystander = spawn('/usr/bin/sleep', ['600'], { env: { LECTERN_PLANTED: secret }, stdio: 'ignore' });
});

afterAll(async () => {
  bystander.kill();
  await listeners.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Attack {
  code: string;
  /** Taken away for the attack to succeed. */
  without?: readonly Guard[];
  options?: Partial<LocalComputeOptions>;
  frames?: number;
}

interface Outcome {
  report: SectionReport;
  told: string;
  clip: Buffer | undefined;
}

async function run({ code, options, frames }: Attack, changes: Partial<LocalComputeOptions>): Promise<Outcome> {
  const compute = await makeCompute({ dataFolder: join(folder, 'data'), ...options, ...changes });
  const clipPath = join(folder, `${randomUUID()}.mp4`);
  const report = await renderScene(compute, smallJob(code, frames), clipPath);
  const told = report.failure === undefined ? 'whole' : `${report.failure.errorClass}: ${report.failure.message}`;
  return { report, told, clip: existsSync(clipPath) ? readFileSync(clipPath) : undefined };
}

/** What loop_for_ever starts beside itself. */
const childCommand = (childName: string): string => `${childName} -c while`;

const unguarded = (attack: Attack): Promise<Outcome> => run(attack, { without: attack.without ?? [] });
const guarded = (attack: Attack): Promise<Outcome> => run(attack, {});
const unsafe = (attack: Attack): Promise<Outcome> => run(attack, { unsafeNoSandbox: true });

describe('secrets', () => {
  it('in a file, in the environment, and in the environments of other processes stay secret', async () => {
    const attack: Attack = { code: attackSource('read_secrets', { secretPath }), without: ['filesystem', 'environment'], options: { outerEnvironment: { LECTERN_PLANTED: secret } } };
    const open = await unguarded(attack);
    expect(open.told).toContain(`of_file=${secret}`);
    expect(open.told).toContain(`of_environment=${secret}`);
    expect((await unsafe(attack)).told).toMatch(new RegExp(`of_other_processes=\\S*${secret}`));
    expect((await guarded(attack)).told).toBe('RuntimeError: CONTAINED');
  });

  it('do not leave in the place of the video', async () => {
    const attack: Attack = { code: attackSource('send_secret_as_video', { secretPath, totalFrames: 15 }), without: ['filesystem', 'clipCheck'] };
    expect((await unguarded(attack)).clip?.toString()).toBe(secret);
    const unchecked = await run(attack, { without: ['filesystem'] });
    expect(unchecked.told).toContain('ClipFault');
    expect(unchecked.clip).toBeUndefined();
    expect((await guarded(attack)).told).toBe('RuntimeError: CONTAINED');
  });
});

describe('the host', () => {
  it('is not written to', async () => {
    const attack: Attack = { code: attackSource('write_outside', { outsideFolder }), without: ['filesystem', 'user'] };
    const open = await unguarded(attack);
    expect(open.told).toContain('to_folder');
    if (isRoot) expect(open.told).toContain('to_kernel');
    expect(readdirSync(outsideFolder)).toEqual(['written-by-a-scene']);
    rmSync(join(outsideFolder, 'written-by-a-scene'));
    expect((await guarded(attack)).told).toBe('RuntimeError: CONTAINED');
    expect(readdirSync(outsideFolder)).toEqual([]);
  });

  it('is not reached by TCP, by sockets at paths and of abstract names, or by name queries', async () => {
    const { tcpPort, udpPort, socketPath, abstractName } = listeners;
    const attack: Attack = { code: attackSource('reach_network', { tcpPort, udpPort, socketPath, abstractName }), without: ['network', 'filesystem'] };
    expect((await unguarded(attack)).told).toBe('RuntimeError: ESCAPED over_tcp over_a_path over_an_abstract_name over_names');
    expect((await guarded(attack)).told).toBe('RuntimeError: CONTAINED');
  });

  it('gives no right to trace, to make namespaces, or to change the root', async () => {
    const attack: Attack = { code: attackSource('gain_privileges'), without: ['seccomp', 'nestedNamespaces'] };
    expect((await unguarded(attack)).told).toBe('RuntimeError: ESCAPED trace make_user_namespace change_root');
    expect((await guarded(attack)).told).toBe('RuntimeError: CONTAINED');
  });
});

describe('what is shared', () => {
  it('processes run out before the machine does', async () => {
    const attack: Attack = { code: attackSource('fork_many'), without: ['processCount', 'memory'], options: { sectionLimits: { processes: 64 } } };
    expect((await unguarded(attack)).told).toContain('ESCAPED children=600');
    const children = Number(/CONTAINED children=(\d+)/.exec((await guarded(attack)).told)?.[1]);
    expect(children).toBeLessThan(64);
    expect(children).toBeGreaterThan(30);
  });

  it('memory is counted over all processes together', async () => {
    const attack: Attack = { code: attackSource('eat_memory', { mebibytesEach: 200 }), without: ['memory'], options: { sectionLimits: { memoryMiB: 600 } } };
    expect((await unguarded(attack)).told).toContain('ESCAPED 800 MiB');
    const { report } = await guarded(attack);
    expect(report.failure).toMatchObject({ kind: 'limit', errorClass: 'Memory' });
  });

  it('no folder and no file in memory grows without end', async () => {
    const attack: Attack = {
      code: attackSource('fill_disk', { limitMebibytes: 40, outsideFolder }),
      without: ['disk', 'seccomp', 'filesystem'],
      options: { sectionLimits: { scratchMiB: 16 } },
    };
    const open = (await unguarded(attack)).told;
    for (const place of ['memfd', ':scratch', ':dev:shm', ':dev', outsideFolder.replaceAll('/', ':')]) expect(open).toContain(`[${place}]=41`);
    expect((await guarded(attack)).told).toMatch(/^RuntimeError: CONTAINED \[:scratch\]=1\d \[:dev:shm\]=16 \[\.\]=1\d$/);
  });
});

describe('without end', () => {
  it('computing is stopped by the clock, and leaves no process', async () => {
    const childName = `lectern-attack-${randomUUID()}`;
    const attack: Attack = { code: attackSource('loop_for_ever', { seconds: 3, childName }), without: ['deadline'], options: { sectionLimits: { wallSeconds: 1.5 } } };
    expect((await unguarded(attack)).told).toContain('ESCAPED computed for 3.0 s');
    expect((await guarded(attack)).report.failure).toMatchObject({ kind: 'limit', errorClass: 'WallClock' });
    expect(isRunning(childCommand(childName))).toBe(false);
  });

  it('computing is stopped by the processor time of a process that ignores the warning', async () => {
    const attack: Attack = { code: attackSource('loop_for_ever', { seconds: 60, childName: 'child' }), options: { sectionLimits: { cpuSeconds: 2 } } };
    const { report } = await guarded(attack);
    expect(report.failure?.kind).toBe('limit');
    expect(report.failure?.errorClass).toBe('Cpu');
  });

  it('printing is stopped by its length', async () => {
    const attack: Attack = { code: attackSource('print_for_ever', { mebibytes: 12 }), without: ['output'], options: { sectionLimits: { printedMiB: 4 } } };
    expect((await unguarded(attack)).told).toContain('ESCAPED printed 12 MiB');
    expect((await guarded(attack)).report.failure).toMatchObject({ kind: 'limit', errorClass: 'Output' });
  });
});

describe('when Lectern itself is killed', () => {
  it('no sandbox goes on without it', async () => {
    const childName = `lectern-orphan-${randomUUID()}`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', `
      const { makeCompute, renderScene, smallJob } = await import(${JSON.stringify(new URL('../support/compute.ts', import.meta.url).pathname)});
      const compute = await makeCompute({ dataFolder: ${JSON.stringify(join(folder, 'data'))} });
      await renderScene(compute, smallJob(${JSON.stringify(attackSource('loop_for_ever', { seconds: 600, childName }))}), ${JSON.stringify(join(folder, 'orphan.mp4'))});
    `], { stdio: 'ignore' });
    const goesOn = (): boolean => isRunning(childCommand(childName));
    await expect.poll(goesOn, { timeout: 30_000 }).toBe(true);
    host.kill('SIGKILL');
    await expect.poll(goesOn, { timeout: 10_000 }).toBe(false);
  });
});

describe('what a worker says', () => {
  it('about its video is held against the video', async () => {
    const attack: Attack = { code: attackSource('forge_report', { totalFrames: 15, width: 256, height: 144, framesPerSecond: 15 }), without: ['clipCheck'] };
    const open = await unguarded(attack);
    expect(open.report.failure).toBeUndefined();
    expect(open.clip).toBeDefined();
    const { report, clip } = await guarded(attack);
    expect(report.failure).toMatchObject({ kind: 'protocol', errorClass: 'ClipFault' });
    expect(report.failure?.message).toContain('number of frames is 5, and 15');
    expect(clip).toBeUndefined();
  });
});

describe('formulas', () => {
  it('in the cache are not replaced by a scene', async () => {
    const document = formulaDocument('x + y');
    const attack: Attack = { code: attackSource('poison_formulas', { texKey: texKey(document) }), options: { dataFolder: join(folder, 'poisoned') } };
    expect((await unsafe(attack)).told).toBe('RuntimeError: ESCAPED');
    expect(readdirSync(join(folder, 'poisoned/tex'))).toEqual([`${texKey(document)}.svg`]);
    const clean: Attack = { ...attack, options: { dataFolder: join(folder, 'clean') } };
    expect((await guarded(clean)).told).toBe('RuntimeError: CONTAINED');
    expect(readdirSync(join(folder, 'clean/tex'))).toEqual([]);
  });

  it('cannot read a file of the host', async () => {
    const plain = texPlainly(String.raw`\input{${secretPath}}`, []);
    expect(plain.log).toContain(secretPath);
    expect(plain.exitCode).toBe(0);
    const { report } = await guarded({ code: attackSource('tex_reads_secret', { secretPath }) });
    expect(report.failure?.kind).toBe('tex');
    expect(report.failure?.message).toContain('not found');
  });

  it('cannot run a command', async () => {
    expect(texPlainly(String.raw`\immediate\write18{echo escaped > written.tex}\input{written.tex}`, ['-shell-escape']).exitCode).toBe(0);
    const { report } = await guarded({ code: attackSource('tex_runs_command') });
    expect(report.failure?.kind).toBe('tex');
    expect(report.failure?.message).toContain('not found');
  });
});

/** LaTeX as it is, without the sandbox and without its own guards, in a folder of its own. */
function texPlainly(body: string, options: string[]): { exitCode: number | null; log: string } {
  const work = join(folder, randomUUID());
  mkdirSync(work);
  writeFileSync(join(work, 'plain.tex'), `\\documentclass{article}\\begin{document}${body}\\end{document}`);
  const { status } = spawnSync('latex', ['-interaction=batchmode', '-halt-on-error', ...options, 'plain.tex'], { cwd: work, env: { PATH: '/usr/bin:/bin' } });
  return { exitCode: status, log: readFileSync(join(work, 'plain.log'), 'utf8') };
}
