import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, openApiService } from '../../support/api-service.ts';

let service: ApiService;
beforeAll(async () => {
  service = await openApiService({ origins: ['https://studio.test'] });
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}) => service.call(path, { headers });

describe('the service', () => {
  it('says how it is', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', version: '0.0.0' });
    expect(await (await get('/readyz')).json()).toEqual({ ready: true });
    expect(await (await get('/v1/config-flavors')).json()).toEqual({ flavors: ['default'] });
  });

  it('describes every route, on a page that loads nothing', async () => {
    const description = (await (await get('/openapi.json')).json()) as { paths: object };
    expect(Object.keys(description.paths)).toHaveLength(24);
    const page = await get('/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    for (const path of Object.keys(description.paths)) expect(html).toContain(path);
    expect(html).not.toMatch(/<script|<link|src=|https?:\/\//);
  });

  it('lets pages of its own origins call, and no others', async () => {
    const preflight = (origin: string) =>
      service.call('/v1/jobs', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://studio.test');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://studio.test']);
    expect((await preflight('https://elsewhere.test')).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await get('/healthz', { origin: 'https://studio.test' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://studio.test');
    expect(answer.headers.get('vary')).toBe('Origin');
  });
});
