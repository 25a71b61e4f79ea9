/** What came of asking a store for a job, and what stood in the way where there is none. */
export type JobCreation =
  | { outcome: 'created' | 'existing'; jobId: string }
  | { outcome: 'key_reused' | 'id_taken' }
  | { outcome: 'running_limit'; reached: number; limit: number }
  | { outcome: 'spending_limit'; reached: number; limit: number; resetsAt: Date };

/** The same of work on a film that is there. */
export type RunCreation =
  /** What the film was made from, and the flavor that it was made with. */
  | { outcome: 'created' | 'existing'; jobId: string; kind: 'lesson' | 'topic'; flavor: string | null }
  /** The film is being made, or work on it is under way that this would get in the way of. */
  | { outcome: 'unknown_film' }
  | { outcome: 'in_work' }
  | Exclude<JobCreation, { jobId: string }>;
