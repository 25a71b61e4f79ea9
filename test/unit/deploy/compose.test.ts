import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deniedSystemCalls } from '../../../functions/compute/local/seccomp.ts';

const serviceSchema = z.object({
  command: z.array(z.string()).optional(),
  build: z.object({ dockerfile: z.string() }).optional(),
  ports: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});
type Services = Record<string, z.infer<typeof serviceSchema>>;

/** With these a sandbox is made; within it they are refused. */
const MAKE_A_SANDBOX = ['mount', 'umount2', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'open_tree', 'mount_setattr', 'unshare', 'setns', 'pivot_root', 'chroot'];
/** Of use to Postgres and Node, and confined to the container there. */
const FOR_PROGRAMS = ['memfd_create', 'shmget', 'msgget', 'semget'];

let services: Services;
let filtered: string[];

beforeAll(async () => {
  const file: unknown = parse(await readFile('compose.yaml', 'utf8'), { merge: true });
  services = z.object({ services: z.record(z.string(), serviceSchema) }).parse(file).services;
  const filter = z.object({ syscalls: z.array(z.object({ names: z.array(z.string()) })) }).parse(JSON.parse(await readFile('docker/service/seccomp.json', 'utf8')));
  filtered = filter.syscalls.flatMap(({ names }) => names);
});

describe('the stack on one host', () => {
  test('builds its images of the Dockerfiles, and runs commands that there are', async () => {
    const builds = Object.values(services).flatMap(({ build }) => build?.dockerfile ?? []);
    expect(builds.length).toBe(2);
    expect(builds.filter((path) => !existsSync(path))).toEqual([]);
    const commandLine = await readFile('functions/cli.ts', 'utf8');
    for (const { command } of Object.values(services)) expect(command === undefined || commandLine.includes(`.command('${command[0]}')`)).toBe(true);
  });

  test('is reached through one port of this machine only', () => {
    expect(Object.values(services).flatMap(({ ports }) => ports)).toEqual(['127.0.0.1:${LECTERN_PORT:-8080}:8080']);
  });

  test('gives nobody a capability, and writes no secret down', () => {
    for (const [name, { cap_drop: dropped, security_opt: options, environment }] of Object.entries(services)) {
      if (name === 'render') continue;
      expect(dropped).toEqual(['ALL']);
      expect(options).toContain('no-new-privileges:true');
      expect(Object.keys(environment).filter((key) => /KEY|SECRET|TOKEN|PASSWORD|DSN/.test(key))).toEqual([]);
    }
  });

  test('lets only those make namespaces that run scene code', () => {
    const free = Object.entries(services).filter(([, { security_opt: options }]) => options.includes('apparmor:unconfined'));
    expect(free.map(([name]) => name)).toEqual(['api', 'worker']);
    for (const [, { security_opt: options }] of free) expect(options).toContain('seccomp:docker/service/seccomp.json');
  });

  test('refuses in the container whatever the sandbox refuses, but for what makes sandboxes', () => {
    const open = Object.keys(deniedSystemCalls).filter((name) => !filtered.includes(name));
    expect(open.filter((name) => ![...MAKE_A_SANDBOX, ...FOR_PROGRAMS].includes(name))).toEqual([]);
    expect(filtered.filter((name) => MAKE_A_SANDBOX.includes(name))).toEqual([]);
  });
});
