const HEADER_BYTES = 44;
const PCM = 1;
const EXTENSIBLE = 0xfffe;

export interface WavAudio {
  /** Interleaved where there are several channels. */
  samples: Int16Array;
  sampleRate: number;
  channels: number;
}

const writeName = (view: DataView, offset: number, name: string): void => {
  for (let index = 0; index < 4; index += 1) view.setUint8(offset + index, name.charCodeAt(index));
};

const readName = (view: DataView, offset: number): string => String.fromCharCode(...Array.from({ length: 4 }, (_, index) => view.getUint8(offset + index)));

/** Mono samples of 16 bits as a WAV file (RIFF, PCM). */
export function wavBytes(samples: Int16Array, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes.buffer);
  writeName(view, 0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  writeName(view, 8, 'WAVE');
  writeName(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeName(view, 36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(HEADER_BYTES + index * 2, sample, true));
  return bytes;
}

/**
 * Reads a WAV file of 16-bit PCM, whatever other chunks it has.
 * @throws RangeError where it is something else
 */
export function readWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || readName(view, 0) !== 'RIFF' || readName(view, 8) !== 'WAVE') throw new RangeError('not a WAV file');
  let format: { sampleRate: number; channels: number } | undefined;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const name = readName(view, offset);
    const length = view.getUint32(offset + 4, true);
    const content = offset + 8;
    if (name === 'fmt ') {
      const coding = view.getUint16(content, true);
      if ((coding !== PCM && coding !== EXTENSIBLE) || view.getUint16(content + 14, true) !== 16) throw new RangeError('not 16-bit PCM');
      format = { channels: view.getUint16(content + 2, true), sampleRate: view.getUint32(content + 4, true) };
    }
    if (name === 'data' && format !== undefined) {
      // A stream that was not seekable has no true length in its header.
      const end = Math.min(bytes.length, content + length);
      const samples = Int16Array.from({ length: Math.floor((end - content) / 2) }, (_, index) => view.getInt16(content + index * 2, true));
      return { samples, ...format };
    }
    offset = content + length + (length % 2);
  }
  throw new RangeError('a WAV file without samples');
}
