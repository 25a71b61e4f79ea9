import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import type { SandboxHost } from './sandbox.ts';

const readOnlyCandidates = [
  '/usr', '/etc/ld.so.cache', '/etc/alternatives', '/etc/fonts', '/etc/texmf', '/var/lib/texmf', '/var/cache/fontconfig',
];
const topLevelCandidates = ['/bin', '/sbin', '/lib', '/lib64'];

/** What of the system a sandbox is shown here. Systems that keep /bin and /lib apart from /usr have those shown too. */
export function readHost(): SandboxHost {
  const topLevel = topLevelCandidates.filter((path) => existsSync(path));
  const links = topLevel.filter((path) => lstatSync(path).isSymbolicLink());
  return {
    runsAsRoot: process.getuid?.() === 0,
    systemFolders: [...readOnlyCandidates.filter((path) => existsSync(path)), ...topLevel.filter((path) => !links.includes(path))],
    everyFolder: readdirSync('/', { withFileTypes: true }).filter((entry) => entry.isDirectory() && !['proc', 'dev', 'sys'].includes(entry.name)).map((entry) => `/${entry.name}`),
    systemLinks: links.map((path) => ({ path, target: readlinkSync(path) })),
  };
}
