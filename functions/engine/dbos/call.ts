/** What is asked of a worker, as it stands in the queue. */
export interface FlowCall {
  /** Name of the flow: a film, or a part of one. */
  flow: string;
  job: JobTicket;
  input: unknown;
}

/** What every part of a job knows of it. */
export interface JobTicket {
  jobId: string;
  /** When the job was accepted, in whole seconds: its place among the others. */
  acceptedAt: number;
  /** Address of the service that accepted it, without a slash at its end. */
  publicUrl: string;
}

/** Names of the engine's queues, and of the one function that it runs. */
export const JOBS = 'jobs';
export const SECTIONS = 'sections';
export const FLOW = 'flow';
export const APPLICATION = 'lectern';
/** To be raised, after workers have been drained, when the order of a flow's steps changes: unfinished jobs wait for their own. */
export const VERSION = 'lectern-1';

/** Priorities are 31 bits wide, and count from here. */
const FIRST_SECOND = Date.UTC(2026, 0, 1) / 1000;
export const acceptedAt = (milliseconds: number): number => Math.floor(milliseconds / 1000 - FIRST_SECOND);

/**
 * How long each part of a job lets younger jobs go first. It is far more than a part takes: so a short job passes the later parts of
 * a long one, and yet none of those waits for ever.
 */
export const TURN_SECONDS = 600;

/**
 * The place of a job's nth part, from 1, in the queue: least goes first. Each part is due some time after the job was accepted, and
 * the earliest due goes first (Liu and Layland 1973).
 */
export const turnOf = ({ acceptedAt: start }: JobTicket, { part, turnSeconds }: { part: number; turnSeconds: number }): number => start + part * turnSeconds;
