import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../../support/command-line.ts';
import { installSchemathesis, trySchema } from '../../support/schemathesis.ts';
import { type RunningService, startService } from '../../support/service.ts';

const LONG_MS = 600_000;
const data = scratchFolder();
let service: RunningService;

beforeAll(async () => {
  await installSchemathesis();
  service = await startService({
    LECTERN_DATA: data.path,
    AUTH: 'none',
    LECTERN_RUNNING_JOBS: '1',
    LECTERN_JOBS_AN_HOUR: '1000000',
    LECTERN_REQUESTS_A_MINUTE: '1000000',
  });
}, LONG_MS);
afterAll(async () => {
  await service?.stop();
  data.remove();
});

test('no request that the description allows, and none that it does not, is answered with an error of the service or by surprise', { timeout: LONG_MS }, async () => {
  const tried = await trySchema(service.url, 60);
  expect(tried.exitCode, tried.output).toBe(0);
  expect(tried.cases).toBeGreaterThanOrEqual(1500);
});
