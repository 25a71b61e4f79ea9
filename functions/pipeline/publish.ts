import type { Plan } from '../../shared/contract/plan.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import type { FilmReport } from '../../shared/contract/result.ts';
import { LecternError } from '../../shared/errors.ts';
import { transcript } from '../lesson/transcript.ts';
import { webVtt } from '../media/captions/formats.ts';
import type { FilmFile } from '../publish/port.ts';
import { phase } from './phase.ts';
import type { Ports } from './ports.ts';
import type { FilmRequest, MadeFilm, SectionOutcome, StitchedFilm } from './types.ts';

interface Parts {
  request: FilmRequest;
  plan: Plan;
  sections: SectionOutcome[];
  /** Identity of the speech that narrates it. */
  spokenBy: string;
  film: StitchedFilm;
  /** Sets the files apart from those of the film that it takes the place of. */
  edition?: string;
}

type PublishPorts = Pick<Ports, 'engine' | 'progress' | 'clock' | 'artefacts' | 'workspace' | 'publisher' | 'renderer' | 'media'>;

/** Phase 8: the film and everything beside it goes where its users find it. */
export async function publishFilm(parts: Parts, ports: PublishPorts): Promise<MadeFilm> {
  const { request, plan, film, edition } = parts;
  const files = await filesOf(parts, ports);
  const report = await reportOf(parts, ports);
  const { value: published } = await phase({ phase: 'publish' }, ports, async (signal) => ({
    value: await ports.publisher.publish({ jobId: request.jobId, plan, report, files, ...(edition !== undefined && { edition }) }, signal),
    cached: false,
  }));
  const made = { partial: report.partial, durationSeconds: film.durationSeconds, film: published.film };
  if (published.unpublished === undefined) return made;
  await ports.progress.tell({ type: 'warning', code: 'not_published', message: published.unpublished });
  return { ...made, local: true };
}

async function filesOf({ request, plan, sections, film }: Parts, { artefacts }: PublishPorts): Promise<FilmFile[]> {
  const kept = async (key: string): Promise<string> => {
    const path = await artefacts.get(key);
    if (path) return path;
    throw new LecternError('artefact_lost', { message: 'The film was made, and is not there any more.', fix: 'Run again.', retryable: true });
  };
  const { framesPerSecond } = encoderProfiles[plan.quality];
  const times = sections.map(({ narration }) => narration.beats.map(({ startFrame }) => startFrame / framesPerSecond));
  return [
    { name: `${request.name}.mp4`, path: await kept(film.filmKey) },
    { name: `${request.name}.vtt`, text: webVtt(film.cues) },
    { name: 'poster.jpg', path: await kept(film.posterKey) },
    { name: 'transcript.md', text: transcript(plan, { beatStartSeconds: times, sectionStartSeconds: startsOf(sections, framesPerSecond) }) },
    { name: 'plan.json', text: `${JSON.stringify(plan, null, 2)}\n` },
    ...sections.map(({ section, take, failed }) => ({ name: `scenes/section-${section}.py`, text: failed?.take?.sceneCode ?? take.sceneCode })),
  ];
}

async function reportOf({ request, plan, sections, spokenBy, film }: Parts, ports: PublishPorts): Promise<FilmReport> {
  const { framesPerSecond } = encoderProfiles[plan.quality];
  const starts = startsOf(sections, framesPerSecond);
  const events = await ports.progress.told();
  return {
    version: 1,
    jobId: request.jobId,
    title: plan.title,
    language: plan.language,
    quality: plan.quality,
    framesPerSecond,
    partial: sections.some(({ failed }) => failed !== undefined),
    durationSeconds: film.durationSeconds,
    madeWith: { speech: spokenBy, render: ports.renderer.identity, media: ports.media.identity },
    ...(film.loudnessLufs !== undefined && { loudnessLufs: film.loudnessLufs }),
    sections: sections.map(({ section, title, narration, take, failed }, index) => ({
      section,
      title,
      outcome: failed ? 'card' : 'rendered',
      startSeconds: starts[index] ?? 0,
      durationSeconds: narration.totalFrames / framesPerSecond,
      frames: narration.totalFrames,
      report: take.report,
      ...(failed && { fault: failed.fault }),
      ...(failed?.take && { failedReport: failed.take.report }),
    })),
    phases: events.flatMap((event) => (event.type === 'phase.finished' ? [timeOf(event)] : [])),
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
    filmBytes: await ports.workspace.sizeBytes((await ports.artefacts.get(film.filmKey)) ?? ''),
  };
}

const startsOf = (sections: SectionOutcome[], framesPerSecond: number): number[] => {
  let frames = 0;
  return sections.map(({ narration }) => {
    const start = frames / framesPerSecond;
    frames += narration.totalFrames;
    return start;
  });
};

const timeOf = ({ phase: named, section, seconds, cached }: { phase: FilmReport['phases'][number]['phase']; section?: number | undefined; seconds: number; cached: boolean }) => ({
  phase: named,
  ...(section !== undefined && { section }),
  seconds,
  cached,
});
