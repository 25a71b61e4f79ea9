// A worker as `npm run worker` starts one, but for those whom films wait for: they answer after times that are drawn. For pipeline.ts.
import { once } from 'node:events';
import { databaseUrlOf, openWorker } from '../../functions/compose-jobs.ts';
import { openLive } from '../../functions/compose-live.ts';
import { openLog } from '../../functions/compose-log.ts';
import { openOutbox } from '../../functions/compose-publish.ts';
import { openStore } from '../../functions/compose-store.ts';
import { openWatch } from '../../functions/compose-watch.ts';
import { readConfig, readServiceConfig, readStoreConfig, readWatchConfig, readWorkerConfig } from '../../functions/config.ts';
import type { Drawing } from '../support/pipeline/latencies.ts';
import { drawnStudio } from '../support/pipeline/studio.ts';

const PUBLISH_RETRY_MS = [500, 1000];

const config = readConfig();
const watch = await openWatch(config, readWatchConfig());
const log = openLog(readServiceConfig().logLevel, watch);
const { workshop, studio } = await drawnStudio(config, JSON.parse(process.argv[2] ?? '') as Drawing);
const opened = await openStore(config, readStoreConfig(), log);
const publishing = { store: opened.store, outbox: openOutbox(config), log, retryMilliseconds: PUBLISH_RETRY_MS, secrets: [] };
const worker = await openWorker({ config, workshop, studio, live: openLive(config), watch, databaseUrl: databaseUrlOf(opened) }, publishing, readWorkerConfig(config));
process.stdout.write('This worker takes jobs.\n');
await once(process, 'SIGTERM');
await worker.drain(0, () => false);
await opened.close();
