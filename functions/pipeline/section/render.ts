import { LecternError } from '../../../shared/errors.ts';
import { PROTOCOL, type RenderJob } from '../../../shared/contract/job.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { type SectionReport, sectionReportSchema } from '../../../shared/contract/report.ts';
import type { ProgramOutput } from '../../compute/port.ts';
import { assetName } from '../../lesson/asset-name.ts';
import { cardCode } from '../../lesson/card.ts';
import { sectionAssets } from '../../lesson/needs.ts';
import { bytesKey, contentKey } from '../content-key.ts';
import { type Made, phase } from '../phase.ts';
import type { SectionPorts } from '../ports.ts';
import type { Narration, SectionInput, Take } from '../types.ts';
import { sectionOf } from './code.ts';
import { faultOfFailure } from './fault.ts';
import { keepTake } from './keep-take.ts';

type Drawn = SectionInput & { narration: Narration; sceneCode: string };
type DrawingPhase = 'render' | 'repair';

/** Phases 4 and 5: the scene, checked and drawn in one call. A scene that fails is a take without a clip. */
export async function renderScene(drawn: Drawn, ports: SectionPorts): Promise<Made<Take>> {
  return phase({ phase: 'render', section: drawn.section }, ports, (signal) => makeTake(drawn, { phase: 'render', signal }, ports));
}

/**
 * Phase 6, when nothing else helped: a title card that holds while the narration is spoken.
 * @throws LecternError when not even that can be drawn, since then no section can
 */
export async function renderCard(input: SectionInput & { narration: Narration }, ports: SectionPorts): Promise<Take & { clipKey: string }> {
  const drawn = { ...input, sceneCode: cardCode(sectionOf(input), input.narration.beats.length) };
  const { value: take } = await phase({ phase: 'repair', section: input.section }, ports, (signal) => makeTake(drawn, { phase: 'repair', signal }, ports));
  if (take.clipKey !== undefined) return { ...take, clipKey: take.clipKey };
  throw new LecternError('render_impossible', {
    message: `Not even a title card could be drawn for section ${input.section}: ${take.report.failure?.message ?? 'no reason given'}`,
    fix: 'npm run doctor tells what is missing on this machine.',
    retryable: true,
  });
}

async function makeTake(drawn: Drawn, { phase: named, signal }: { phase: DrawingPhase; signal: AbortSignal }, ports: SectionPorts): Promise<Made<Take>> {
  let output: ProgramOutput | undefined;
  const made = await takeOf(drawn, { signal, onOutput: (printed) => (output = printed) }, ports);
  const { failure } = made.value.report;
  keepTake({ drawn, take: made.value, phase: named, output, fault: failure && faultOfFailure(failure, drawn) }, ports);
  return made;
}

interface TakeHooks {
  signal: AbortSignal;
  onOutput: (output: ProgramOutput) => void;
}

async function takeOf(drawn: Drawn, hooks: TakeHooks, ports: SectionPorts): Promise<Made<Take>> {
  const { artefacts, workspace, renderer, progress } = ports;
  const { job, assetPaths, assetHashes } = await renderJob(drawn, ports);
  const clipKey = await contentKey({ clip: job, assetHashes, renderer: renderer.identity });
  const reportKey = await contentKey({ report: clipKey });
  const kept = (await artefacts.get(clipKey)) && (await artefacts.get(reportKey));
  if (kept) return { value: { sceneCode: drawn.sceneCode, clipKey, report: await keptReport(kept, ports) }, cached: true };

  const folder = await workspace.folder(`section-${drawn.section}`);
  const clipPath = `${folder}/clip.mp4`;
  const onFrames = (framesDone: number, framesTotal: number): void =>
    void progress.tell({ type: 'section.progress', section: drawn.section, framesDone, framesTotal });
  const report = await renderer.render({ job, assetPaths, clipPath }, { ...hooks, onFrames });
  if (report.failure) return { value: { sceneCode: drawn.sceneCode, clipKey: undefined, report }, cached: false };

  await artefacts.put(reportKey, await workspace.write(folder, 'report.json', JSON.stringify(report)));
  await artefacts.put(clipKey, clipPath);
  return { value: { sceneCode: drawn.sceneCode, clipKey, report }, cached: false };
}

async function keptReport(path: string, { workspace }: SectionPorts): Promise<SectionReport> {
  return sectionReportSchema.parse(JSON.parse(new TextDecoder().decode(await workspace.read(path))));
}

async function renderJob(drawn: Drawn, ports: SectionPorts): Promise<{ job: RenderJob; assetPaths: string[]; assetHashes: string[] }> {
  const { plan, section, narration, sceneCode } = drawn;
  const assets = sectionAssets(sectionOf(drawn));
  const assetPaths = await Promise.all(assets.map((name) => ports.materials.pathOf(name)));
  const contents = await Promise.all(assetPaths.map((path) => ports.workspace.read(path)));
  const job: RenderJob = {
    protocol: PROTOCOL,
    section,
    title: sectionOf(drawn).title,
    language: plan.language,
    theme: plan.theme,
    symbolColours: Object.fromEntries(plan.ledger.map(({ symbol, colour }) => [symbol, colour])),
    sceneCode,
    beats: narration.beats,
    totalFrames: narration.totalFrames,
    seed: section,
    profile: encoderProfiles[plan.quality],
    assets: assets.map((name, index) => ({ name: assetName(name), bytes: contents[index]?.length ?? 0 })),
  };
  return { job, assetPaths, assetHashes: await Promise.all(contents.map(bytesKey)) };
}
