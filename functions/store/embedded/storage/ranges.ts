export type ByteRange = { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'outside' };

/**
 * RFC 9110 section 14 for a single range; several ranges, or what is not a range of bytes, ask for the whole.
 * @param header the Range header
 */
export const parseRange = (header: string | undefined, sizeBytes: number): ByteRange => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (first === '' && last === '') return { kind: 'whole' };
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return start < sizeBytes && start <= end ? { kind: 'part', start, end } : { kind: 'outside' };
};
