import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal, of the parts joined by line feeds. */
export const sha256 = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex');
