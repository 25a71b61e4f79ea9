import type { JobEvent } from '../../../shared/contract/event.ts';
import type { JobProgress } from '../../../shared/job-progress.ts';

/** After a lost connection clients come back after this. */
export const RETRY_MS = 2000;

/** Said first on every stream: how soon to come back. */
export const opening: Buffer = Buffer.from(`retry: ${RETRY_MS}\n\n`);

/** A comment, so that nothing between service and client takes silence for death. */
export const heartbeat: Buffer = Buffer.from(': hb\n\n');

/** An event of the log as a frame. JSON has no line breaks, so that one line of data is enough. */
export const eventFrame = (event: JobEvent): Buffer =>
  Buffer.from(`id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/** The fields that clients of the first API read, and further ones. No `event` line: `onmessage` sees every frame. */
export const progressFrame = (at: { sequence: number; jobId: string; videoUrl: string }, progress: JobProgress): Buffer => {
  const { status, stage, percentage, message, partial, local, cancelled, errorCode, errorMessage } = progress;
  const data = {
    status,
    stage,
    progress_percentage: percentage,
    message,
    job_id: at.jobId,
    ...(status === 'completed' && { video_url: at.videoUrl, partial, ...(local && { local_video_url: at.videoUrl }) }),
    ...(status === 'failed' && { error_message: errorMessage, error_code: errorCode, cancelled }),
  };
  return Buffer.from(`id: ${at.sequence}\ndata: ${JSON.stringify(data)}\n\n`);
};
