import type { Access } from '../access.ts';
import type { ApiParts } from '../parts.ts';
import type { Broadcaster } from '../sse/broadcaster.ts';

/** What the routes share. */
export interface Services {
  parts: ApiParts;
  access: Access;
  broadcaster: Broadcaster;
}
