import { expect, it } from 'vitest';
import { billOf, sandboxPrices } from '../../functions/compute/modal/prices.ts';
import { renderSize } from '../../functions/compute/modal/specification.ts';
import { readConfig, readWorkerConfig } from '../../functions/config.ts';

const token = { MODAL_TOKEN_ID: 'ak-1', MODAL_TOKEN_SECRET: 'as-1' };

it('a sandbox is billed by the second for what it reserves', () => {
  const bill = billOf({ sandboxId: 'sb-1', role: 'render', section: 1, size: renderSize, seconds: 100 });
  expect(bill.units).toEqual({ sandbox_seconds: 100, core_seconds: 400, gibibyte_seconds: 800 });
  expect(bill.microDollars).toBe(Math.ceil((400 * sandboxPrices.coreSecond + 800 * sandboxPrices.gibibyteSecond) * 1e6));
  expect(sandboxPrices.pricedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
});

it('sections are drawn here unless COMPUTE says otherwise, and a worker draws more of them at Modal', () => {
  const here = readConfig({ LECTERN_CORES: '2' });
  expect(here.compute.modal).toBeUndefined();
  expect(readWorkerConfig(here, {}).sections.perWorker).toBe(3);
  const there = readConfig({ COMPUTE: 'modal', LECTERN_DEPLOYMENT: 'prod', ...token });
  expect(there.compute.modal).toMatchObject({ tokenId: 'ak-1', appName: 'lectern-prod', imageName: 'lectern-render-prod', waitingSandboxes: 8 });
  expect(readWorkerConfig(there, {}).sections.perWorker).toBe(64);
  expect(readConfig({ COMPUTE: 'modal', LECTERN_WAITING_SANDBOXES: '0', ...token }).compute.modal).toMatchObject({ appName: 'lectern-dev', waitingSandboxes: 0 });
});

it.each([
  [{ COMPUTE: 'cloud' }, 'COMPUTE'],
  [{ COMPUTE: 'modal' }, 'MODAL_TOKEN_ID'],
  [{ COMPUTE: 'modal', LECTERN_DEPLOYMENT: 'staging', ...token }, 'dev or prod'],
])('what makes no sense of %o is told', (environment, told) => {
  const read = () => readConfig(environment);
  expect(read).toThrow(expect.objectContaining({ code: 'bad_environment' }) as Error);
  try {
    read();
  } catch (error) {
    expect(`${(error as Error).message} ${(error as { fix: string }).fix}`).toContain(told);
  }
});
