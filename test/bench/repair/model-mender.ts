import { join } from 'node:path';
import { folderArtefacts } from '../../../functions/artefacts/folder.ts';
import { openWorkspace } from '../../../functions/artefacts/workspace.ts';
import { asking } from '../../../functions/author/asking/asking.ts';
import { llmWriter } from '../../../functions/author/writer.ts';
import { systemWait } from '../../../functions/clock/wait.ts';
import { memoryCosts } from '../../../functions/costs/memory.ts';
import { folderFlavors } from '../../../functions/flavors/folder.ts';
import { anthropicLlm } from '../../../functions/llm/anthropic/anthropic-llm.ts';
import { knownModels } from '../../../functions/llm/known-models.ts';
import type { RenderJob } from '../../../shared/contract/job.ts';
import type { Outline } from '../../../shared/contract/plan.ts';
import type { SectionReport } from '../../../shared/contract/report.ts';

export interface ModelMender {
  /** The code as one call of the default flavor's repair model mends it; undefined where it is not asked, or has no answer. */
  mend(job: RenderJob, report: SectionReport): Promise<string | undefined>;
  /** Calls that were made so far, and what they came to. */
  spent(): { calls: number; microDollars: number };
}

const SILENCE_SECONDS = 120;

/** @param scratch a folder that is the caller's to remove */
export async function modelMender({ key, baseUrl, scratch }: { key: string; baseUrl: string | undefined; scratch: string }): Promise<ModelMender> {
  const costs = memoryCosts();
  const ask = asking({
    llm: anthropicLlm({ key, baseUrl, fetch, silenceSeconds: SILENCE_SECONDS }),
    models: knownModels,
    costs,
    artefacts: folderArtefacts(join(scratch, 'replies')),
    workspace: await openWorkspace(join(scratch, 'work'), false),
    wait: systemWait,
  });
  const log = { debug: () => {}, warn: () => {} };
  const { flavor } = (await folderFlavors({ folder: new URL('../../../flavors', import.meta.url).pathname, log, models: knownModels })).chosen(undefined);
  const writer = llmWriter({ ask, flavor });
  return {
    async mend({ title, beats, profile, sceneCode }, report) {
      const content = { title, beats: [{ narration: [{ text: title }], keyPhrases: [], visuals: [], pauseSeconds: 0 }] };
      const outline: Outline = { title, language: 'en', quality: 'preview', theme: 'dark', keywords: [], ledger: [], sections: [{ title }] };
      const task = { outline, section: 1, content, beats, framesPerSecond: profile.framesPerSecond };
      const mended = await writer.mend?.(task, { sceneCode, report }, new AbortController().signal).catch((error: unknown) => {
        process.stderr.write(`The model did not mend ${title}: ${String(error)}\n`);
        return undefined;
      });
      return mended?.sceneCode;
    },
    spent: () => ({ calls: costs.bills.filter(({ bill }) => !bill.cached).length, microDollars: costs.spentMicroDollars }),
  };
}
