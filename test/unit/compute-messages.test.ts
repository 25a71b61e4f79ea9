import { PassThrough, Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../functions/compute/local/clean-text.ts';
import { createMessageReader, ProtocolError } from '../../functions/compute/local/message-reader.ts';
import { acceptReport, parseWorkerMessage } from '../../functions/compute/local/worker-messages.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import { smallJob } from '../support/compute.ts';

const caps = { lineBytes: 1000, totalBytes: 3000 };

const sink = (): { target: Writable; bytes: () => Buffer } => {
  const pieces: Buffer[] = [];
  return { target: new Writable({ write: (piece: Buffer, _, done) => { pieces.push(piece); done(); } }), bytes: () => Buffer.concat(pieces) };
};

describe('reading lines and bytes', () => {
  it('gives the same whatever pieces the stream arrives in', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (payload, cuts) => {
      const whole = Buffer.concat([Buffer.from('first é\n'), Buffer.from(payload), Buffer.from('last\n')]);
      const pieces: Buffer[] = [];
      for (let start = 0, turn = 0; start < whole.length; turn += 1) {
        const length = cuts[turn % cuts.length] as number;
        pieces.push(whole.subarray(start, start + length));
        start += length;
      }
      const reader = createMessageReader(Readable.from(pieces, { objectMode: false }), caps);
      const { target, bytes } = sink();
      expect(await reader.readLine()).toBe('first é');
      await reader.copyBytes(payload.length, target);
      expect(bytes()).toEqual(Buffer.from(payload));
      expect(await reader.readLine()).toBe('last');
      expect(await reader.readLine()).toBeUndefined();
    }));
  });

  const readerOf = (...pieces: string[]) => createMessageReader(Readable.from(pieces.map((piece) => Buffer.from(piece)), { objectMode: false }), caps);

  it('refuses a line without end, long before it has been read', async () => {
    const endless = Readable.from((function* () { for (;;) yield Buffer.alloc(500, 0x78); })(), { objectMode: false });
    await expect(createMessageReader(endless, caps).readLine()).rejects.toThrow(ProtocolError);
  });

  it('refuses lines that are too many together', async () => {
    const reader = readerOf(`${'x'.repeat(900)}\n`.repeat(5));
    for (let line = 0; line < 3; line += 1) await reader.readLine();
    await expect(reader.readLine()).rejects.toThrow(ProtocolError);
  });

  it('refuses an end in the middle of a line or of bytes', async () => {
    await expect(readerOf('half a li').readLine()).rejects.toThrow('cut off');
    await expect(readerOf('abc').copyBytes(5, sink().target)).rejects.toThrow('2 early');
  });

  it('takes a pipe that breaks for one that ends', async () => {
    const stream = new PassThrough();
    const reader = createMessageReader(stream, caps);
    stream.write('whole\n');
    expect(await reader.readLine()).toBe('whole');
    stream.destroy(new Error('broken pipe'));
    expect(await reader.readLine()).toBeUndefined();
  });
});

describe('a message', () => {
  it.each([
    '', '[]', '{', '{"type":"unknown"}', '{"type":"ready"}', '{"type":"progress","frame":-1,"totalFrames":5}', '{"type":"progress","frame":1.5,"totalFrames":5}',
    '{"type":"video","bytes":0}', '{"type":"video","bytes":10,"path":"/etc/passwd"}', '{"type":"tex","compiler":"latex","outputFormat":".dvi"}',
    `{"type":"tex","compiler":"latex","outputFormat":".dvi","source":"${'x'.repeat(70_000)}"}`, '{"type":"report","report":{}}', '{"__proto__":{"type":"ready"}}',
  ])('that is not of the protocol is refused: %.60s', (line) => {
    expect(() => parseWorkerMessage(line)).toThrow(ProtocolError);
  });

  it('of any bytes is taken or refused, and nothing else happens', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      try {
        expect(['ready', 'progress', 'tex', 'report', 'video']).toContain(parseWorkerMessage(line).type);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }));
  });
});

describe('a text of scene code', () => {
  it('loses what a terminal or a reader could be deceived by', () => {
    expect(cleanText('\u001b[31mred\u001b[0m \u0007bell\u202e txt.exe\u0000\r')).toBe('red bell txt.exe');
    expect(cleanText('two\nlines\tstay')).toBe('two\nlines\tstay');
    expect(cleanText('x'.repeat(9000))).toHaveLength(4000);
  });

  it('never holds a control character besides line ends and tabs', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(cleanText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }));
  });
});

describe('a report', () => {
  const job = smallJob('', 15);
  const beat = { plannedStartFrame: 0, plannedEndFrame: 15, actualStartFrame: 0, actualEndFrame: 15, animations: 1, squeeze: 1, appliedAtOnce: 0, paddedFrames: 0, longestStillSeconds: 0, skipped: false };
  const whole: SectionReport = { frames: 15, beats: [beat], geometry: [], resources: { wallSeconds: 1, cpuSeconds: 1, peakMemoryMiB: 1, drawnFrames: 15 }, versions: {}, notes: [] };

  it('that agrees with the job is taken as it is', () => {
    expect(acceptReport(whole, job)).toEqual(whole);
  });

  it.each<[string, Partial<SectionReport>]>([
    ['more frames', { frames: 16 }],
    ['a beat too few', { beats: [] }],
    ['another plan', { beats: [{ ...beat, plannedEndFrame: 14 }] }],
    ['time below zero', { resources: { ...whole.resources, cpuSeconds: -1 } }],
    ['a lost sandbox', { failure: { kind: 'sandbox', errorClass: 'x', message: 'x' } }],
  ])('that tells of %s is refused', (_, change) => {
    expect(() => acceptReport({ ...whole, ...change }, job)).toThrow(ProtocolError);
  });

  it('is bounded in its lists and clean in its texts', () => {
    const fault = { kind: 'overlap' as const, severity: 'warn' as const, beat: 0, frame: 0, what: '\u001b[2Jx', detail: '' };
    const accepted = acceptReport({ ...whole, notes: Array.from({ length: 1000 }, () => '\u001b[31mnote'), geometry: Array.from({ length: 1000 }, () => fault) }, job);
    expect(accepted.notes).toEqual(Array.from({ length: 100 }, () => 'note'));
    expect(accepted.geometry).toHaveLength(500);
    expect(accepted.geometry[0]?.what).toBe('x');
  });
});
