/** A box of an MP4 file (ISO/IEC 14496-12, section 4.2); offsets count from the file's first byte. */
export interface Box {
  type: string;
  start: number;
  /** Where its content begins, after length and type. */
  content: number;
  end: number;
}

const HEADER_BYTES = 8;

/**
 * The boxes that stand in a stretch of a file, one after the other.
 * @throws RangeError where a length leads out of the stretch
 */
export function boxesIn(view: DataView, stretch: { start: number; end: number }): Box[] {
  const boxes: Box[] = [];
  for (let start = stretch.start; start < stretch.end; ) {
    const box = boxAt(view, start, stretch.end);
    boxes.push(box);
    start = box.end;
  }
  return boxes;
}

/**
 * The first box of a path such as `moov/trak/mdia`, inside of a stretch.
 * @throws RangeError where there is none
 */
export function boxOn(view: DataView, path: string, stretch: { start: number; end: number }): Box {
  let within = stretch;
  let found: Box | undefined;
  for (const type of path.split('/')) {
    found = boxesIn(view, within).find((box) => box.type === type);
    if (found === undefined) throw new RangeError(`no box ${type}`);
    within = { start: found.content, end: found.end };
  }
  return found as Box;
}

function boxAt(view: DataView, start: number, limit: number): Box {
  if (start + HEADER_BYTES > limit) throw new RangeError('a box is cut off');
  const length = view.getUint32(start);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(start + offset)));
  // 1 announces a length of 64 bits, 0 a box without end: ffmpeg writes neither into fragments of a few megabytes.
  if (length < HEADER_BYTES || start + length > limit) throw new RangeError(`the box ${type} has no true length`);
  return { type, start, content: start + HEADER_BYTES, end: start + length };
}

/** Bytes of a box with this content. */
export function box(type: string, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, length);
  for (let index = 0; index < 4; index += 1) bytes[4 + index] = type.charCodeAt(index);
  let offset = HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Numbers of 32 bits, big end first. */
export function words(...numbers: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => view.setUint32(index * 4, number >>> 0));
  return bytes;
}
