import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemWait } from '../../../functions/clock/wait.ts';
import { openWorkshop, type Workshop } from '../../../functions/compose.ts';
import type { DrawnJob } from '../../../functions/compose-compute.ts';
import { modelPrices, openFlavors, type TopicStudio } from '../../../functions/compose-topic.ts';
import { type Config, readProviderConfig } from '../../../functions/config.ts';
import type { Llm } from '../../../functions/llm/port.ts';
import type { Log } from '../../../functions/telemetry/port.ts';
import type { Flavor } from '../../../shared/contract/flavor.ts';
import { type Drawing, drawnLatencies } from './latencies.ts';
import { drawnProviders } from './providers.ts';

const SECTION_SECONDS = 12;

const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => silentLog };

/** Name of the flavor of films of so many sections. */
export const flavorName = (sections: number): string => `parts-${sections}`;

const ofLength = (flavor: Flavor, sections: number): Flavor => ({
  ...flavor,
  parameters: { ...flavor.parameters, seconds: sections * SECTION_SECONDS, sections: { fewest: 1, most: sections } },
});

/** Everything that makes films, as the product puts it together, with drawn latencies in the place of those who are waited for. */
export async function drawnStudio(config: Config, drawing: Drawing): Promise<{ workshop: Workshop; studio: TopicStudio }> {
  const clips = join(config.dataFolder, 'clips');
  mkdirSync(clips, { recursive: true });
  const { llm, speech, renderer } = drawnProviders(clips, drawnLatencies(drawing));
  const workshop = await openWorkshop(config, { providers: readProviderConfig(), log: () => silentLog });
  const compute = { ...workshop.compute, forJob: async (job: DrawnJob) => ({ ...(await workshop.compute.forJob(job)), renderer }) };
  return { workshop: { ...workshop, ports: { ...workshop.ports, speech }, compute }, studio: await drawnTopics(config, llm) };
}

/** Planning and writing as the product does it, in films of as many sections as their flavor is named after. */
export async function drawnTopics(config: Config, llm: Llm): Promise<TopicStudio> {
  const { flavor } = (await openFlavors(config, silentLog)).chosen(undefined);
  const chosen = (name = ''): ReturnType<TopicStudio['flavors']['chosen']> => ({ flavor: ofLength(flavor, Number(/\d+/.exec(name)?.[0])), warning: undefined });
  return { flavors: { names: ['default'], chosen }, models: modelPrices, llm, wait: systemWait };
}
