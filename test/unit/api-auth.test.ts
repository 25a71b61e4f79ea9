import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { clerkAuth } from '../../functions/auth/clerk.ts';
import { noAuth } from '../../functions/auth/none.ts';
import type { Auth } from '../../functions/auth/port.ts';
import { supabaseAuth } from '../../functions/auth/supabase.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

interface Signing {
  key?: KeyObject | Uint8Array;
  algorithm?: string;
}
const sign = (claims: Record<string, unknown>, { key = keys.privateKey, algorithm = 'RS256' }: Signing = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: 'k1' }).sign(key);
const codeOf = (auth: Auth, authorization: string | undefined): Promise<unknown> =>
  auth.identify({ authorization, host: 'api.test' }).then(
    (caller) => caller,
    (error: { code: string }) => error.code,
  );
const unsigned = (claims: object): string =>
  `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

describe('tokens of Clerk', () => {
  const issuer = 'https://clerk.test';
  const auth = clerkAuth({ jwtKey: pem, issuer, authorizedParties: ['https://studio.test'] });
  const good = { sub: 'user_1', iss: issuer, azp: 'https://studio.test', iat: inSeconds(-10), nbf: inSeconds(-10), exp: inSeconds(60) };
  const bearer = async (claims: object = {}, signing: Signing = {}) => `Bearer ${await sign({ ...good, ...claims }, signing)}`;

  it('name their user', async () => {
    expect(await codeOf(auth, await bearer())).toEqual({ subject: 'user_1', clerkUserId: 'user_1' });
    const oneLine = clerkAuth({ jwtKey: pem.replaceAll('\n', ''), issuer: `${issuer}/`, authorizedParties: ['https://studio.test'] });
    expect(await codeOf(oneLine, await bearer())).toMatchObject({ subject: 'user_1' });
    const escaped = clerkAuth({ jwtKey: pem.replaceAll('\n', '\\n'), issuer, authorizedParties: ['https://studio.test'] });
    expect(await codeOf(escaped, await bearer())).toMatchObject({ subject: 'user_1' });
  });

  it.each<[string, object, Signing, string]>([
    ['an expired one', { exp: inSeconds(-60) }, {}, 'token_expired'],
    ['one for later', { nbf: inSeconds(60) }, {}, 'token_refused'],
    ['another issuer', { iss: 'https://clerk.elsewhere' }, {}, 'token_refused'],
    ['another party', { azp: 'https://elsewhere.test' }, {}, 'token_refused'],
    ['no party', { azp: undefined }, {}, 'token_refused'],
    ['no subject', { sub: undefined }, {}, 'token_refused'],
    ['no end', { exp: undefined }, {}, 'token_refused'],
    ['a session that is pending', { sts: 'pending' }, {}, 'token_refused'],
    ['another key', {}, { key: strangers.privateKey }, 'token_refused'],
    ['the public key as a shared secret', {}, { key: new TextEncoder().encode(pem), algorithm: 'HS256' }, 'token_refused'],
  ])('are refused: %s', async (_, claims, signing, code) => {
    expect(await codeOf(auth, await bearer(claims, signing))).toBe(code);
  });

  it('are refused unsigned, tampered with, and where there is none', async () => {
    expect(await codeOf(auth, `Bearer ${unsigned(good)}`)).toBe('token_refused');
    const [head, , signature] = (await sign(good)).split('.');
    const other = Buffer.from(JSON.stringify({ ...good, sub: 'user_2' })).toString('base64url');
    expect(await codeOf(auth, `Bearer ${head}.${other}.${signature}`)).toBe('token_refused');
    expect(await codeOf(auth, `Bearer ${'a'.repeat(10_000)}`)).toBe('token_refused');
    expect(await codeOf(auth, 'Basic dXNlcjpwYXNz')).toBe('token_refused');
    expect(await codeOf(auth, undefined)).toBe('unauthenticated');
  });

  it('cannot be checked with settings that let everybody in', () => {
    const settings = { jwtKey: pem, issuer, authorizedParties: ['https://studio.test'] };
    for (const wrong of [{ jwtKey: 'nonsense' }, { issuer: '' }, { authorizedParties: [] }]) {
      expect(() => clerkAuth({ ...settings, ...wrong })).toThrow(expect.objectContaining({ code: 'bad_environment' }));
    }
  });
});

describe('tokens of Supabase', () => {
  const issuer = 'https://project.test/auth/v1';
  const good = { sub: 'a-user', iss: issuer, aud: 'authenticated', role: 'authenticated', exp: inSeconds(60) };
  const jwk = async () => ({ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' });

  it('are checked by keys at hand', async () => {
    const auth = supabaseAuth({ keys: [await jwk()], issuer });
    expect(await codeOf(auth, `Bearer ${await sign(good)}`)).toEqual({ subject: 'a-user' });
    const wrong = [{ aud: 'anon' }, { aud: undefined }, { iss: 'other' }, { role: 'anon' }, { role: 'service_role' }, { sub: '' }];
    for (const claims of wrong) expect(await codeOf(auth, `Bearer ${await sign({ ...good, ...claims })}`)).toBe('token_refused');
    expect(await codeOf(auth, `Bearer ${await sign({ ...good, exp: inSeconds(-60) })}`)).toBe('token_expired');
    const shared = { key: Buffer.from(JSON.stringify(await jwk())), algorithm: 'HS256' };
    expect(await codeOf(auth, `Bearer ${await sign(good, shared)}`)).toBe('token_refused');
  });

  it('are checked by keys that are fetched, once for many, and told apart from keys that cannot be', async () => {
    let asked = 0;
    const server = createServer((_, answer) => {
      asked += 1;
      void jwk().then((key) => answer.end(JSON.stringify({ keys: [key] })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
    const auth = supabaseAuth({ keys: url, issuer });
    const token = `Bearer ${await sign(good)}`;
    expect(await codeOf(auth, token)).toEqual({ subject: 'a-user' });
    expect(await codeOf(auth, token)).toEqual({ subject: 'a-user' });
    expect(asked).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(supabaseAuth({ keys: url, issuer }), token)).toBe('auth_unavailable');
  });
});

describe('no accounts', () => {
  const code = (host: string | undefined) =>
    noAuth('127.0.0.1').identify({ authorization: undefined, host }).then(({ subject }) => subject, (error: { code: string }) => error.code);

  it('are for loopback only, by address and by the name that is asked for', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'lectern.test', '127.example.com']) {
      expect(() => noAuth(host)).toThrow(expect.objectContaining({ code: 'auth_needed' }));
    }
    for (const host of ['localhost:8080', '127.0.0.1', '127.0.0.1:1', '[::1]:8080']) expect(await code(host)).toBe('local');
    for (const host of ['evil.test:8080', undefined, '127.0.0.1.evil.test']) expect(await code(host)).toBe('unauthenticated');
  });
});
