/**
 * Tries the API by what it says of itself: npm run test:schemathesis -- [cases, default 1500]. The service is a real one on a
 * data folder of its own, where one job may run at a time.
 */
import { scratchFolder } from '../support/command-line.ts';
import { installSchemathesis, trySchema } from '../support/schemathesis.ts';
import { startService } from '../support/service.ts';

const cases = Number(process.argv[2] ?? 1500);
/** Of every operation, besides some four hundred cases that come from limits and examples. */
const examples = Math.ceil(Math.max(cases - 400, 200) / 19);

await installSchemathesis();
const data = scratchFolder();
const service = await startService({
  LECTERN_DATA: data.path,
  AUTH: 'none',
  LECTERN_RUNNING_JOBS: '1',
  LECTERN_JOBS_AN_HOUR: '1000000',
  LECTERN_REQUESTS_A_MINUTE: '1000000',
});
try {
  const tried = await trySchema(service.url, examples);
  process.stdout.write(`${tried.output}\n${JSON.stringify({ cases: tried.cases, passed: tried.exitCode === 0 })}\n`);
  process.exitCode = tried.exitCode === 0 && tried.cases >= cases ? 0 : 1;
} finally {
  await service.stop();
  data.remove();
}
