import type { StoredSection } from '../../shared/contract/take.ts';
import type { Film, JobState, StoredFile } from '../store/port.ts';
import type { JobAnswer, OwnFilmAnswer, PublicFilmAnswer, SectionAnswer } from './schemas.ts';

export const jobUrl = (publicUrl: string, jobId: string): string => `${publicUrl}/v1/jobs/${jobId}`;
const filmUrl = (publicUrl: string, jobId: string): string => `${publicUrl}/v1/videos/${jobId}`;

export const jobAnswer = (publicUrl: string, state: JobState): JobAnswer => ({
  job_id: state.jobId,
  status: state.status,
  current_stage: state.stage,
  progress_percentage: state.percentage,
  message: state.message,
  video_url: state.status === 'completed' ? `${filmUrl(publicUrl, state.filmId)}/file` : null,
  local_video_url: state.localVideoUrl,
  error_code: state.errorCode,
  error_message: state.errorMessage,
  partial: state.partial,
  cancelled: state.cancelled,
  cancel_requested: state.cancelRequested,
  last_event_id: state.lastSequence,
  created_at: state.createdAt.toISOString(),
  events_url: `${jobUrl(publicUrl, state.jobId)}/events`,
  video_id: state.filmId,
});

export type FileKind = 'file' | 'poster' | 'captions.vtt';
const endings: Record<FileKind, readonly string[]> = { file: ['.mp4'], poster: ['.jpg', '.png'], 'captions.vtt': ['.vtt'] };

/** The film's file of a kind: its files have names for people. */
export const fileOf = (files: readonly StoredFile[], kind: FileKind): StoredFile | undefined =>
  files.find(({ name }) => endings[kind].some((ending) => name.endsWith(ending)));

export function publicFilmAnswer(publicUrl: string, film: Film, shareToken?: string): PublicFilmAnswer {
  const query = shareToken === undefined ? '' : `?share=${shareToken}`;
  const url = (kind: FileKind): string | null => {
    const isThere = fileOf(film.files, kind) !== undefined || (film.localVideoUrl !== null && film.status === 'completed');
    return isThere ? `${filmUrl(publicUrl, film.jobId)}/${kind}${query}` : null;
  };
  return {
    job_id: film.jobId,
    title: film.title,
    topic: film.topic,
    video_url: url('file'),
    poster_url: url('poster'),
    captions_url: url('captions.vtt'),
    duration_seconds: film.durationSeconds,
    keywords: film.keywords,
    language: film.language,
    created_at: film.createdAt.toISOString(),
    completed_at: film.completedAt?.toISOString() ?? null,
  };
}

export const ownFilmAnswer = (publicUrl: string, film: Film): OwnFilmAnswer => ({
  ...publicFilmAnswer(publicUrl, film),
  status: film.status,
  is_public: film.isPublic,
  is_shared: film.isShared,
  partial: film.partial,
  cancelled: film.cancelled,
  local_video_url: film.localVideoUrl,
  cost_breakdown: film.costBreakdown,
  files: film.files.map(({ name, sizeBytes, sha256 }) => ({ name, size_bytes: sizeBytes, sha256 })),
  updated_at: film.updatedAt.toISOString(),
});

export function sectionAnswer({ section, title, durationSeconds, take: current, isChosen, takes }: StoredSection): SectionAnswer {
  const outcome = takes.find(({ take }) => take === current)?.outcome;
  return {
    section,
    title,
    outcome: outcome === undefined || outcome === 'failed' ? 'pending' : outcome,
    take: current,
    chosen: isChosen,
    duration_seconds: durationSeconds,
    takes: takes.map(({ take, outcome: came, faults, durationSeconds: seconds, sceneCode, createdAt }) => ({
      take,
      outcome: came,
      faults,
      duration_seconds: seconds,
      scene_code: sceneCode,
      created_at: createdAt.toISOString(),
    })),
  };
}
