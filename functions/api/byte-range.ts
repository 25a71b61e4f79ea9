import type { ByteRange } from './parts.ts';

/**
 * What a header `Range` asks for of a file (RFC 9110, section 14): `whole` where it is absent, malformed or of several
 * parts, which a server may ignore; `outside` where no byte of it is there.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'outside' {
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!asked) return 'whole';
  const [, first = '', last = ''] = asked;
  if (first === '' && last === '') return 'whole';
  const end = sizeBytes - 1;
  if (first === '') return Number(last) === 0 || sizeBytes === 0 ? 'outside' : { first: Math.max(0, sizeBytes - Number(last)), last: end };
  if (last !== '' && Number(last) < Number(first)) return 'whole';
  if (Number(first) > end) return 'outside';
  return { first: Number(first), last: last === '' ? end : Math.min(Number(last), end) };
}
