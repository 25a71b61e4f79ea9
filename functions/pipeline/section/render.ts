import { PROTOCOL, type RenderJob } from '../../../shared/contract/job.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { type SectionReport, sectionReportSchema } from '../../../shared/contract/report.ts';
import type { ProgramOutput } from '../../compute/port.ts';
import { assetName } from '../../lesson/asset-name.ts';
import { sectionAssets } from '../../lesson/needs.ts';
import { bytesKey, contentKey } from '../content-key.ts';
import { type Made, phase } from '../phase.ts';
import type { SectionPorts } from '../ports.ts';
import type { Drawing, SpokenSection, Take } from '../types.ts';
import { faultOfFailure } from './fault.ts';
import { keepTake } from './keep-take.ts';

type DrawnSection = SpokenSection & { sceneCode: string };

/** Phases 4 and 5: the scene, checked and drawn in one call. A scene that fails is a take without a clip. */
export async function renderScene(drawn: DrawnSection, drawing: Drawing, ports: SectionPorts): Promise<Made<Take>> {
  const { anew = false, ...named } = { anew: undefined, ...drawing };
  return phase({ ...named, section: drawn.section }, ports, async (signal) => {
    let output: ProgramOutput | undefined;
    const made = await takeOf(drawn, { signal, anew, onOutput: (printed) => (output = printed) }, ports);
    const { failure } = made.value.report;
    keepTake({ drawn, take: made.value, drawing, output, fault: failure && faultOfFailure(failure, drawn) }, ports);
    return made;
  });
}

interface TakeHooks {
  signal: AbortSignal;
  /** Draw it though it was drawn before. */
  anew: boolean;
  onOutput: (output: ProgramOutput) => void;
}

async function takeOf(drawn: DrawnSection, { anew, ...hooks }: TakeHooks, ports: SectionPorts): Promise<Made<Take>> {
  const { artefacts, workspace, renderer, progress } = ports;
  const { job, assetPaths, assetHashes } = await renderJob(drawn, ports);
  const clipKey = await contentKey({ clip: job, assetHashes, renderer: renderer.identity });
  const reportKey = await contentKey({ report: clipKey });
  const kept = anew ? undefined : await artefacts.get(reportKey);
  const keptTake = kept && takeFrom(drawn, await keptReport(kept, ports), clipKey);
  if (keptTake && (keptTake.clipKey === undefined || (await artefacts.get(clipKey)))) return { value: keptTake, cached: true };

  const folder = await workspace.folder(`section-${drawn.section}`);
  const clipPath = `${folder}/clip.mp4`;
  const onFrames = (framesDone: number, framesTotal: number): void =>
    void progress.tell({ type: 'section.progress', section: drawn.section, framesDone, framesTotal });
  const report = await renderer.render({ job, assetPaths, clipPath }, { ...hooks, onFrames });
  if (report.failure === undefined) await artefacts.put(clipKey, clipPath);
  // After the clip: a report without a failure promises one.
  if (isForGood(report)) await artefacts.put(reportKey, await workspace.write(folder, 'report.json', JSON.stringify(report)));
  return { value: takeFrom(drawn, report, clipKey), cached: false };
}

const takeFrom = ({ sceneCode }: DrawnSection, report: SectionReport, clipKey: string): Take => ({
  sceneCode: report.mendedCode ?? sceneCode,
  clipKey: report.failure === undefined ? clipKey : undefined,
  report,
});

/** Whether the same code would come to the same end: what only the machine stood in the way of may go better next time. */
const isForGood = ({ failure }: SectionReport): boolean => failure === undefined || failure.kind === 'code' || failure.kind === 'tex';

async function keptReport(path: string, { workspace }: SectionPorts): Promise<SectionReport> {
  return sectionReportSchema.parse(JSON.parse(new TextDecoder().decode(await workspace.read(path))));
}

async function renderJob(drawn: DrawnSection, ports: SectionPorts): Promise<{ job: RenderJob; assetPaths: string[]; assetHashes: string[] }> {
  const { outline, section, content, narration, sceneCode } = drawn;
  const assets = sectionAssets(content);
  const assetPaths = await Promise.all(assets.map((name) => ports.materials.pathOf(name)));
  const contents = await Promise.all(assetPaths.map((path) => ports.workspace.read(path)));
  const job: RenderJob = {
    protocol: PROTOCOL,
    section,
    title: content.title,
    language: outline.language,
    theme: outline.theme,
    symbolColours: Object.fromEntries(outline.ledger.map(({ symbol, colour }) => [symbol, colour])),
    sceneCode,
    beats: narration.beats,
    totalFrames: narration.totalFrames,
    seed: section,
    profile: encoderProfiles[outline.quality],
    assets: assets.map((name, index) => ({ name: assetName(name), bytes: contents[index]?.length ?? 0 })),
  };
  return { job, assetPaths, assetHashes: await Promise.all(contents.map(bytesKey)) };
}
