import { boxesIn, boxOn } from './boxes.ts';

/** Fields of a picture's sample entry that stand before its boxes, and those of the list of entries (ISO/IEC 14496-12, sections 12.1.3 and 8.5.2). */
const ENTRY_FIELDS_BYTES = 78;
const LIST_FIELDS_BYTES = 8;

/**
 * The name of a track's H.264 as players ask for it, such as `avc1.64001F`: profile, constraints and level (RFC 6381).
 * @throws RangeError where the initialization segment is of something else
 */
export function videoCodec(init: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(init.buffer, init.byteOffset, init.byteLength);
  const list = boxOn(view, 'moov/trak/mdia/minf/stbl/stsd', { start: 0, end: init.length });
  const [entry] = boxesIn(view, { start: list.content + LIST_FIELDS_BYTES, end: list.end });
  if (entry?.type !== 'avc1') throw new RangeError('the picture is no H.264');
  const { content } = boxOn(view, 'avcC', { start: entry.content + ENTRY_FIELDS_BYTES, end: entry.end });
  const hex = [1, 2, 3].map((offset) => view.getUint8(content + offset).toString(16).padStart(2, '0'));
  return `avc1.${hex.join('').toUpperCase()}`;
}
