// A Modal in a process of its own, whose sandboxes draw by waiting: `node test/bench/fanout-modal.ts DRAWING`. For fanout.ts.
import { once } from 'node:events';
import { makeFolder } from '../support/compute.ts';
import { emulatedModal } from '../support/modal-emulator/published.ts';
import { scriptedRenders } from '../support/fanout/renders.ts';
import { type Drawing, drawnLatencies } from '../support/pipeline/latencies.ts';

const latencies = drawnLatencies(JSON.parse(process.argv[2] ?? '') as Drawing);
const emulator = await emulatedModal({ script: scriptedRenders(makeFolder(), (section) => latencies('render', section)) });
const { url, token } = emulator;
process.stdout.write(`${JSON.stringify({ MODAL_SERVER_URL: url, MODAL_TOKEN_ID: token.id, MODAL_TOKEN_SECRET: token.secret })}\n`);
await once(process, 'SIGTERM');
await emulator.close();
