import type { JobProgress } from '../../shared/job-progress.ts';

/** What an event changes of the job's row. */
export interface RowChange {
  status: JobProgress['status'];
  stage: JobProgress['stage'];
  percentage: number;
  message: string;
  videoUrl?: string;
  localVideoUrl?: string;
  errorCode?: string;
  errorMessage?: string;
  partial: boolean;
  cancelled: boolean;
}

export function rowChange({ film, local, errorCode, errorMessage, status, stage, percentage, message, partial, cancelled }: JobProgress): RowChange {
  return {
    status,
    stage,
    percentage,
    message,
    partial,
    cancelled,
    ...(film !== undefined && (local ? { localVideoUrl: film } : { videoUrl: film })),
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
  };
}
