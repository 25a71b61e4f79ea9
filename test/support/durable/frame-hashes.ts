import { execFileSync } from 'node:child_process';

/** A line for each frame of picture and sound with the checksum of what is seen and heard: equal for equal films. */
export const frameHashes = (path: string): string =>
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, '-map', '0:v:0', '-map', '0:a:0', '-f', 'framemd5', '-'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
