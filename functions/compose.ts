import { join } from 'node:path';
import type { JobEvent } from '../shared/contract/event.ts';
import { folderArtefacts } from './artefacts/folder.ts';
import { openWorkspace } from './artefacts/workspace.ts';
import { systemClock } from './clock/system.ts';
import { createLocalCompute } from './compute/local/local-compute.ts';
import type { Config } from './config.ts';
import { inProcessEngine } from './engine/in-process.ts';
import { checkImage } from './lesson/image-check.ts';
import type { Planner } from './lesson/port.ts';
import { templateWriter } from './lesson/template-writer.ts';
import { folderMaterials } from './materials/folder.ts';
import type { Ports } from './pipeline/ports.ts';
import { eventLog } from './progress/event-log.ts';
import { folderPublisher } from './publish/folder.ts';
import { EspeakSpeech } from './speech/espeak/espeak-speech.ts';
import type { Speech } from './speech/port.ts';
import { SilentSpeech } from './speech/silent/silent-speech.ts';
import { limits } from '../shared/limits.ts';

export interface LessonParts {
  config: Config;
  jobId: string;
  planner: Planner;
  /** Where the lesson's images stand. */
  lessonFolder: string;
  outFolder: string;
  listen: (event: JobEvent) => void;
  signal: AbortSignal;
  keepWork: boolean;
  renderLimitSeconds: number | undefined;
  unsafeNoSandbox: boolean;
}

/** Everything that makes one lesson's film on this machine. `close` removes the working folders. */
export async function composeLesson(parts: LessonParts): Promise<{ ports: Ports; workFolder: string; close: () => Promise<void> }> {
  const { config, signal } = parts;
  const compute = await createLocalCompute({
    python: join(config.venv, 'bin/python'),
    packageFolder: join(config.checkout, 'docker/render'),
    dataFolder: config.dataFolder,
    cores: config.cores,
    unsafeNoSandbox: parts.unsafeNoSandbox,
    ...(parts.renderLimitSeconds !== undefined && { sectionLimits: { wallSeconds: parts.renderLimitSeconds } }),
  });
  const workspace = await openWorkspace(config.workFolder, parts.keepWork);
  const ports: Ports = {
    // One more than there are cores: while those draw, the next section is spoken.
    engine: inProcessEngine(config.cores + 1, signal),
    planner: parts.planner,
    writer: templateWriter,
    speech: embeddedSpeech(config),
    ...compute,
    materials: folderMaterials(parts.lessonFolder, { maximumBytes: limits.imageBytes, checkContent: checkImage }),
    artefacts: folderArtefacts(join(config.dataFolder, 'artefacts')),
    workspace,
    publisher: folderPublisher(parts.outFolder),
    progress: eventLog(parts.jobId, () => systemClock.now(), [parts.listen]),
    clock: systemClock,
  };
  return { ports, workFolder: workspace.path, close: () => workspace.close() };
}

/** espeak-ng, and silence for the voice called “silent”. */
function embeddedSpeech(config: Config): Speech {
  const espeak = new EspeakSpeech({ nodePath: config.node, cliPath: join(config.checkout, 'speech-espeak/cli.ts') });
  const silent = new SilentSpeech();
  return {
    identity: `${espeak.identity}; ${silent.identity}`,
    speak: (request, signal) => (request.voice === 'silent' ? silent : espeak).speak(request, signal),
  };
}
