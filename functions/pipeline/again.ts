import type { Outline, Plan, Section } from '../../shared/contract/plan.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { LecternError } from '../../shared/errors.ts';
import type { Flow } from '../engine/port.ts';
import type { PlannedSection } from '../lesson/port.ts';
import type { KeptFilm, KeptTake } from '../records/port.ts';
import { phase } from './phase.ts';
import type { Ports, SectionPorts } from './ports.ts';
import { publishFilm } from './publish.ts';
import { allOf } from './sections.ts';
import { faultOfFailure } from './section/fault.ts';
import { keptNarration, narrate } from './section/narrate.ts';
import { renderScene } from './section/render.ts';
import { attemptScene, finished } from './section/section.ts';
import { stitchFilm } from './stitch.ts';
import type { Again, FilmRequest, MadeFilm, Narration, SectionOutcome } from './types.ts';

/** The flows that this starts, for an engine that runs them elsewhere. */
export const againFlows = (ports: SectionPorts): Flow<never, unknown>[] => [retakeFlow(ports), keptFlow(ports)];

/** Makes one section of a film anew, or joins the film anew from the takes that its sections have. */
export async function makeAgain(request: FilmRequest & { again: Again }, ports: Ports): Promise<MadeFilm> {
  const film = await keptFilm(request.again, ports);
  return request.again.section === undefined ? joinAnew(request, film, ports) : retake(request.again, film, ports);
}

async function keptFilm({ of, section }: Again, ports: Ports): Promise<KeptFilm> {
  const { archive } = ports;
  const { value: film } = await phase({ phase: 'plan' }, ports, async () => {
    if (archive === undefined) throw new Error('Where no films are kept, none is made again.');
    return { value: await archive.film(of), cached: true };
  });
  const { title, language, quality, sections } = film.plan;
  // What is not made is nothing of the work: it is told without its beats.
  const told = sections.map((each, index) => ({
    section: index + 1,
    title: each.title,
    ...((section === undefined || section === index + 1) && { beats: each.beats.length }),
  }));
  await ports.progress.tell({ type: 'plan.ready', title, language, quality, sections: told });
  return film;
}

interface KeptSection extends PlannedSection {
  /** The sound that it has in the film. */
  narration: KeptTake['narration'];
}

async function retake({ section = 1, sceneCode }: Again, { plan, takes, address }: KeptFilm, ports: Ports): Promise<MadeFilm> {
  const content = plan.sections[section - 1];
  if (content === undefined) throw new LecternError('unknown_section', { message: `The film has no section ${section}.`, fix: `Name one from 1 to ${plan.sections.length}.` });
  const input = { outline: outlineOf(plan), section, content: withCode(content, sceneCode), narration: takes[section - 1]?.narration };
  const narration = await ports.engine.child(retakeFlow(ports), `again-${section}`, input);
  if (narration.spokenBy !== takes[section - 1]?.narration?.spokenBy && takes.length > 1) {
    const message = 'The section is narrated anew. A film has one voice: when it is joined anew, all of it is.';
    await ports.progress.tell({ type: 'warning', code: 'narrated_anew', message, section });
  }
  const durationSeconds = narration.totalFrames / encoderProfiles[plan.quality].framesPerSecond;
  return { partial: false, durationSeconds, film: address, section };
}

/** Nobody wrote it in a lesson: its lines are those of the code itself. */
const withCode = (content: Section, python: string | undefined): Section =>
  python === undefined ? content : { ...content, sceneCode: { python, source: { firstLine: 1, lastLine: python.split('\n').length } } };

const outlineOf = (plan: Plan): Outline => ({ ...plan, sections: plan.sections.map(({ title }) => ({ title })) });

/** A section that is there is written and drawn once more; there is no title card, since what the film has is not lost. */
function retakeFlow(ports: SectionPorts): Flow<KeptSection, Narration> {
  return {
    name: 'retake',
    async run(input, engine) {
      const own = { ...ports, engine };
      const spoken = { ...input, narration: await narrationOf(input, own) };
      const attempt = await attemptScene(spoken, { anew: true }, own);
      if ('fault' in attempt) {
        const { fault } = attempt;
        await ports.progress.tell({ type: 'section.failed', section: input.section, phase: attempt.phase, fault });
        throw new LecternError(fault.code, fault);
      }
      await finished({ spoken, failed: undefined, ...attempt }, ports);
      return spoken.narration;
    },
  };
}

async function joinAnew({ again, ...request }: FilmRequest & { again: Again }, { plan, takes }: KeptFilm, ports: Ports): Promise<MadeFilm> {
  const outline = outlineOf(plan);
  const flow = keptFlow(ports);
  const isSpoken = await isInOneVoice(takes, ports);
  const making = plan.sections.map((content, index) => {
    const take = takes[index];
    if (take === undefined) throw new Error('Every section of a finished film has a take.');
    const narration = isSpoken ? take.narration : undefined;
    return ports.engine.child(flow, `again-${index + 1}`, { outline, section: index + 1, content, take, narration });
  });
  const sections = await allOf(making);
  const film = await stitchFilm({ plan, sections }, ports);
  const spokenBy = sections[0]?.narration.spokenBy ?? ports.speech.identity;
  const edition = request.jobId.slice(0, EDITION_CHARACTERS);
  return publishFilm({ request: { ...request, jobId: again.of }, plan, sections, spokenBy, film, edition }, ports);
}

const EDITION_CHARACTERS = 8;

/** Whether the sound of all takes is there and of one voice; where not, all of it is spoken anew. */
async function isInOneVoice(takes: readonly KeptTake[], ports: SectionPorts): Promise<boolean> {
  const voices = new Set(takes.map(({ narration }) => narration?.spokenBy));
  if (voices.size > 1) return false;
  const kept = await Promise.all(takes.map(async ({ narration }) => narration && keptNarration(narration, ports)));
  return kept.every((narration) => narration !== undefined);
}

/** A section as its take shows it: found where its clip and sound are there, else drawn from the take's code. */
function keptFlow(ports: SectionPorts): Flow<KeptSection & { take: KeptTake }, SectionOutcome> {
  return {
    name: 'kept-section',
    async run({ take, ...input }, engine) {
      const own = { ...ports, engine };
      const spoken = { ...input, narration: await narrationOf(input, own) };
      const failed = take.outcome === 'card' ? { fault: cardFault(take.section) } : undefined;
      const isThere = spoken.narration.audioKey === take.narration?.hash && (await ports.artefacts.get(take.clipHash)) !== undefined;
      if (isThere) return finished({ spoken, take: { ...take, clipKey: take.clipHash }, failed, cached: true }, ports);
      const { value, cached } = await renderScene({ ...spoken, sceneCode: take.sceneCode }, { phase: 'render' }, own);
      const { clipKey, report } = value;
      if (clipKey !== undefined) return finished({ spoken, take: { ...value, clipKey }, failed, cached }, ports);
      const fault = faultOfFailure(report.failure, input);
      throw new LecternError(fault.code, fault);
    },
  };
}

const narrationOf = async ({ narration, ...input }: KeptSection, ports: SectionPorts): Promise<Narration> =>
  (narration && (await keptNarration(narration, ports))) ?? narrate(input, ports);

const cardFault = (section: number) => ({
  code: 'title_card',
  message: `A title card stands in for section ${section}, which could not be drawn.`,
  fix: 'Have it drawn once more, choose another take, and join the film anew.',
  retryable: false,
});
