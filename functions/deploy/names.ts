/** Which of the two installations on Modal. */
export type Deployment = 'dev' | 'prod';

/** `render` draws sections; `service` is that with Node and Lectern, for the orchestrator. */
export type ImageKind = 'render' | 'service';

export const appName = (deployment: Deployment): string => `lectern-${deployment}`;

/**
 * Under which an image is published. Without a tag: the one that new jobs and new orchestrators go by. What is published with a
 * tag stays what it is.
 */
export const imageName = (deployment: Deployment, kind: ImageKind, tag?: string): string => `lectern-${kind}-${deployment}${tag === undefined ? '' : `:${tag}`}`;

/** Holds a folder for each job, and is mounted into the orchestrator alone. */
export const OUTPUTS_VOLUME = 'video-outputs-main';
