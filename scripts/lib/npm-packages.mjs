// Tells whether node_modules holds what package-lock.json asks for: exit code 0 when it does, 1 when it does not.
// Plain JavaScript for any Node from 20 on, because it runs before anything is installed.
import { readFileSync } from 'node:fs';

/** @param {string} path */
const readPackages = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

const isInstalledEverywhere = (entry) => entry.optional !== true && entry.devOptional !== true && entry.peer !== true;

const wanted = readPackages('package-lock.json');
// npm writes this file last, so that a node_modules without it was never finished.
const installed = readPackages('node_modules/.package-lock.json');

const isComplete =
  wanted !== undefined &&
  installed !== undefined &&
  Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const present = installed[path];
    return present === undefined ? !isInstalledEverywhere(entry) : present.version === entry.version;
  }) &&
  Object.keys(installed).every((path) => path in wanted);

process.exitCode = isComplete ? 0 : 1;
