import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSeccompFilter, deniedSystemCalls } from '../../functions/compute/local/seccomp.ts';

const X86_64 = 0xc000003e;
const verdicts: Record<number, string> = { 0x80000000: 'kill', 0x00050026: 'no such call', 0x00050001: 'not permitted', 0x7fff0000: 'allow' };

interface SystemCall {
  number: number;
  architecture?: number;
  firstArgument?: number;
}

/** Runs the filter as the kernel does (linux/filter.h): the accumulator, forward jumps, and a verdict. */
function judge(filter: Buffer, { number, architecture = X86_64, firstArgument = 0 }: SystemCall): string {
  const data: Record<number, number> = { 0: number, 4: architecture, 16: firstArgument };
  let accumulator = 0;
  for (let index = 0; index < filter.length / 8; index += 1) {
    const [code, jumpTrue, jumpFalse, value] = [filter.readUInt16LE(index * 8), filter.readUInt8(index * 8 + 2), filter.readUInt8(index * 8 + 3), filter.readUInt32LE(index * 8 + 4)];
    if (code === 0x06) return verdicts[value] ?? `unknown verdict ${value}`;
    if (code === 0x20) accumulator = data[value] ?? NaN;
    if (code === 0x15) index += accumulator === value ? jumpTrue : jumpFalse;
    if (code === 0x35) index += accumulator >= value ? jumpTrue : jumpFalse;
    if (code === 0x45) index += (accumulator & value) !== 0 ? jumpTrue : jumpFalse;
  }
  return 'ran off the end';
}

const filter = buildSeccompFilter();
const SOCKET = 41;
const CLONE = 56;
const CLONE3 = 435;

describe('the system-call filter', () => {
  it.each(Object.entries(deniedSystemCalls))('does not permit %s', (_, number) => {
    expect(judge(filter, { number })).toBe('not permitted');
  });

  it('denies at least what is known to open a way out', () => {
    const known = [101, 310, 311, 438, 165, 166, 429, 430, 431, 432, 433, 428, 442, 272, 308, 155, 161, 250, 248, 249, 298, 321, 323, 425, 426, 427, 175, 313, 246, 320, 303, 304];
    expect(Object.values(deniedSystemCalls)).toEqual(expect.arrayContaining(known));
  });

  it('kills calls of other architectures and of x32', () => {
    expect(judge(filter, { number: 0, architecture: 0x40000003 })).toBe('kill');
    expect(judge(filter, { number: 0x40000000 })).toBe('kill');
    expect(judge(filter, { number: 0x40000000 + 101 })).toBe('kill');
  });

  it('lets only sockets of this machine be made', () => {
    expect(judge(filter, { number: SOCKET, firstArgument: 1 })).toBe('allow');
    for (const domain of [0, 2, 10, 16, 17, 40]) expect(judge(filter, { number: SOCKET, firstArgument: domain })).toBe('not permitted');
  });

  it('lets processes and threads be made, but no namespace of users with them', () => {
    expect(judge(filter, { number: CLONE, firstArgument: 0x01200011 })).toBe('allow');
    expect(judge(filter, { number: CLONE, firstArgument: 0x10000011 })).toBe('not permitted');
    expect(judge(filter, { number: CLONE3 })).toBe('no such call');
  });

  it('allows every other call, whatever its argument', () => {
    const special = new Set([...Object.values(deniedSystemCalls), SOCKET, CLONE, CLONE3]);
    fc.assert(fc.property(fc.nat({ max: 0x3fffffff }), fc.nat(), (number, firstArgument) => {
      fc.pre(!special.has(number));
      expect(judge(filter, { number, firstArgument })).toBe('allow');
    }));
  });

  it('with a network differs in the sockets only', () => {
    const open = buildSeccompFilter({ allowInternetSockets: true });
    expect(judge(open, { number: SOCKET, firstArgument: 2 })).toBe('allow');
    for (const number of Object.values(deniedSystemCalls)) expect(judge(open, { number })).toBe('not permitted');
  });

  it('is whole records, fewer than the kernel takes', () => {
    expect(filter.length % 8).toBe(0);
    expect(filter.length / 8).toBeLessThan(4096);
  });
});
