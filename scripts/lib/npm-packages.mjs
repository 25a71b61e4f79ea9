// Tells whether node_modules holds what package-lock.json asks for: exit code 0 when it does, 1 and the first fault on
// stderr when it does not. Plain JavaScript for any Node from 20 on, because it runs before anything is installed.
//
//   node npm-packages.mjs [--omit=dev]     --omit=dev: what only development needs may be missing
import { existsSync, readFileSync } from 'node:fs';

/** @param {string} path */
const readPackages = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {});

const omitsDevelopment = process.argv.includes('--omit=dev');

const isForEveryMachine = (entry) =>
  entry.optional !== true && entry.devOptional !== true && entry.peer !== true && !(omitsDevelopment && entry.dev === true);

function findFault() {
  const wanted = readPackages('package-lock.json');
  // npm writes this file last, so that a node_modules without it was never finished.
  const installed = readPackages('node_modules/.package-lock.json');
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue;
    const present = installed[path];
    if (present === undefined && isForEveryMachine(entry)) return `${path} is missing`;
    if (present !== undefined && present.version !== entry.version) return `${path} is ${present.version}, not ${entry.version}`;
  }
  const extra = Object.keys(installed).find((path) => !(path in wanted));
  if (extra !== undefined) return `${extra} is in node_modules and not in package-lock.json`;
  if (process.platform === 'linux' && !existsSync('node_modules/.bin/node')) return 'Node 24 is missing';
  return undefined;
}

const fault = findFault();
if (fault !== undefined) process.stderr.write(`${fault}\n`);
process.exitCode = fault === undefined ? 0 : 1;
