import { randomUUID } from 'node:crypto';
import type { SandboxClaim, SandboxClaims } from '../../../shared/contract/sandbox.ts';

interface Row {
  key: string;
  sandboxId: string | undefined;
  owner: string;
  place: string;
  since: number;
  expiresAt: number;
  isReady: boolean;
  claim: { render: string; at: number } | undefined;
}

const renderOf = ({ jobId, section, renderKey }: SandboxClaim): string => `${jobId}/${section}/${renderKey}`;
const placeOf = ({ app, image }: { app: string; image: string }): string => `${app}/${image}`;

/** Claims that nobody else knows of: those of a process that makes its films alone. `now` in milliseconds. */
export function memoryClaims(now: () => number): SandboxClaims {
  let rows: Row[] = [];
  const images = new Map<string, string>();
  const drop = (gone: (row: Row) => boolean): Row[] => {
    const dropped = rows.filter(gone);
    rows = rows.filter((row) => !gone(row));
    return dropped;
  };
  return {
    async claim(wish) {
      const found = rows.find(({ claim, expiresAt }) => claim?.render === renderOf(wish) && expiresAt > now());
      if (found?.sandboxId !== undefined && found.claim) return { sandboxId: found.sandboxId, claimedAt: new Date(found.claim.at), isFound: true };
      const warm = rows.find((row) => row.claim === undefined && row.isReady && row.place === placeOf(wish) && row.expiresAt >= now() + wish.secondsNeeded * 1000);
      if (warm?.sandboxId === undefined) return undefined;
      warm.claim = { render: renderOf(wish), at: now() };
      return { sandboxId: warm.sandboxId, claimedAt: new Date(warm.claim.at), isFound: false };
    },
    async add({ sandboxId, lifetimeSeconds, ...wish }) {
      drop(({ claim }) => claim?.render === renderOf(wish));
      rows.push({
        key: randomUUID(), sandboxId, owner: '', place: placeOf(wish), since: now(), expiresAt: now() + lifetimeSeconds * 1000, isReady: true, claim: { render: renderOf(wish), at: now() },
      });
    },
    async remove(sandboxId) {
      drop((row) => row.sandboxId === sandboxId);
    },
    async keep({ owner, target, ageSeconds, lifetimeSeconds, ...where }) {
      const aged = drop(({ claim, since }) => claim === undefined && since <= now() - ageSeconds * 1000);
      const waiting = rows.filter((row) => row.claim === undefined && row.owner === owner && row.place === placeOf(where));
      const surplus = waiting.slice(0, Math.max(0, waiting.length - target));
      drop((row) => surplus.includes(row));
      const start = Array.from({ length: Math.max(0, target - waiting.length) }, () => randomUUID());
      for (const key of start) {
        rows.push({ key, sandboxId: undefined, owner, place: placeOf(where), since: now(), expiresAt: now() + lifetimeSeconds * 1000, isReady: false, claim: undefined });
      }
      return { start, end: [...aged, ...surplus].flatMap(({ sandboxId }) => sandboxId ?? []) };
    },
    async ready(key, sandboxId) {
      const row = rows.find((each) => each.key === key);
      if (row === undefined) return false;
      row.sandboxId = sandboxId;
      row.isReady = true;
      return true;
    },
    async imageOf({ jobId, image }) {
      const known = images.get(jobId) ?? image;
      images.set(jobId, known);
      return known;
    },
    known: async () => rows.flatMap(({ sandboxId }) => sandboxId ?? []),
    starting: async () => rows.filter(({ isReady }) => !isReady).map(({ key }) => key),
  };
}
