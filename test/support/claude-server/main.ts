import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type PlannedFault, startClaudeServer } from './claude-server.ts';

/**
 * A local Claude for `ANTHROPIC_BASE_URL`, which prints its address as the first line.
 *
 *     node test/support/claude-server/main.ts --port 0 [--fixtures FOLDER] [--delay-ms 5] [--faults faults.json]
 *
 * The file of faults is a list such as [{"kind": "scene", "number": 1, "fault": {"kind": "status", "status": 529}}].
 */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, fixtures: { type: 'string' }, 'delay-ms': { type: 'string', default: '0' }, faults: { type: 'string' } },
});

const server = await startClaudeServer({
  port: Number(values.port),
  pieceDelayMs: Number(values['delay-ms']),
  ...(values.fixtures !== undefined && { folder: values.fixtures }),
  ...(values.faults !== undefined && { faults: JSON.parse(readFileSync(values.faults, 'utf8')) as PlannedFault[] }),
});
process.stdout.write(`${server.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
