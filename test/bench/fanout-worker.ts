// A worker as `npm run worker` starts one, with Modal for its sandboxes; those who plan, write and speak answer at once. For fanout.ts.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkshop, sharingWorkshop } from '../../functions/compose.ts';
import { databaseUrlOf, openWorker } from '../../functions/compose-jobs.ts';
import { openLive } from '../../functions/compose-live.ts';
import { openLog } from '../../functions/compose-log.ts';
import { openOutbox } from '../../functions/compose-publish.ts';
import { openStore } from '../../functions/compose-store.ts';
import { openWatch } from '../../functions/compose-watch.ts';
import { readConfig, readProviderConfig, readServiceConfig, readStoreConfig, readWatchConfig, readWorkerConfig } from '../../functions/config.ts';
import { drawnProviders } from '../support/pipeline/providers.ts';
import { drawnTopics } from '../support/pipeline/studio.ts';

const LONGEST_RENDER_SECONDS = 700;

const config = readConfig();
const watch = await openWatch(config, readWatchConfig());
const log = openLog(readServiceConfig().logLevel, watch);
const clips = join(config.dataFolder, 'clips');
mkdirSync(clips, { recursive: true });
const { llm, speech } = drawnProviders(clips, () => 0);
// The sections are short, and what is drawn for them is not: the longest has to be within its limit.
const own = await openWorkshop(config, { providers: readProviderConfig(), renderLimitSeconds: LONGEST_RENDER_SECONDS, log: () => log });
const opened = await openStore(config, readStoreConfig(), log);
const spoken = { ...own, ports: { ...own.ports, speech } };
const workshop = sharingWorkshop(spoken, { config, objects: opened.objects, sandboxes: opened.store.sandboxes, log });
const publishing = { store: opened.store, outbox: openOutbox(config), log, retryMilliseconds: [500, 1000], secrets: [] };
const studio = await drawnTopics(config, llm);
const worker = await openWorker({ config, workshop, studio, live: openLive(config, opened.liveObjects), watch, databaseUrl: databaseUrlOf(opened) }, publishing, readWorkerConfig(config));
process.stdout.write('This worker takes jobs.\n');
await once(process, 'SIGTERM');
await worker.drain(0, () => false);
await workshop.compute.close();
await opened.close();
