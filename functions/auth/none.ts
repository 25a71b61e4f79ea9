import { isIP } from 'node:net';
import { LecternError } from '../../shared/errors.ts';
import type { Auth } from './port.ts';

export const LOCAL_SUBJECT = 'local';

/** Whether a host name or address is this very machine's loopback. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Everyone is the user `local`: for one person on their own machine.
 * A web page elsewhere could let its own name point to this machine, so only requests to a loopback name pass.
 * @param host the address that the service listens on
 * @throws LecternError `auth_needed` where that is not loopback
 */
export function noAuth(host: string): Auth {
  if (!isLoopback(host)) {
    const message = `AUTH=none lets everybody in, and ${host} can be reached from elsewhere.`;
    throw new LecternError('auth_needed', { message, fix: 'Listen on 127.0.0.1, or set AUTH=supabase or AUTH=clerk.' });
  }
  return {
    async identify({ host: asked }) {
      if (isLoopback((asked ?? '').replace(/:\d+$/, ''))) return { subject: LOCAL_SUBJECT };
      throw new LecternError('unauthenticated', {
        message: 'Without accounts this service answers on its own machine only.',
        fix: 'Call it as localhost or 127.0.0.1.',
      });
    },
  };
}
