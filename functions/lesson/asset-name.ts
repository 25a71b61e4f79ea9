import { LecternError } from '../../shared/errors.ts';

const allowed = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** FNV-1a: tells names apart that become equal when their signs are left out. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** The plain name that scene code has for a file of the lesson, which may stand in a folder or hold signs of any script. */
export function assetName(file: string): string {
  if (allowed.test(file)) return file;
  const base = file.split('/').at(-1) ?? file;
  return `${fingerprint(file)}-${base.normalize('NFKD').replaceAll(/[^A-Za-z0-9._-]/g, '').slice(-80)}`;
}

/** @throws LecternError where a name is a URL, an absolute path, or leaves the lesson's folder */
export function checkAssetPath(file: string, line: number): void {
  const refuse = (message: string, fix: string): never => {
    throw new LecternError('lesson/asset-path', { message, fix, line });
  };
  const put = 'Put the file into the lesson’s folder and name it from there, such as leaf.png or pictures/leaf.png.';
  if (/^[a-z][a-z0-9+.-]+:/i.test(file) || file.startsWith('//')) refuse(`“${file}” is not a file: pictures are not fetched from the network.`, put);
  if (/^([/\\~]|[a-z]:)/i.test(file)) refuse(`“${file}” is an absolute path; it must be relative to the lesson’s folder.`, put);
  if (file.split(/[/\\]/).includes('..')) refuse(`“${file}” leads out of the lesson’s folder.`, put);
  if (/[\\\p{Cc}]/u.test(file)) refuse(`“${file}” holds signs that no file name should.`, put);
}
