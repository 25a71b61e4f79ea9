import { join } from 'node:path';
import type { AcceptedRequest, AgainRequest } from '../shared/contract/request.ts';
import { type Authors, composeJob, lessonAuthors, noAuthors, type Workshop } from './compose.ts';
import type { Live } from './compose-live.ts';
import { type Publishing, storeOutlets } from './compose-publish.ts';
import { topicAuthors, type TopicStudio } from './compose-topic.ts';
import type { Config } from './config.ts';
import { room } from './engine/room.ts';
import { noPlanner } from './estimates/no-planner.ts';
import { folderJournal } from './jobs/journal.ts';
import { noPlan, sentLessonPlanner } from './jobs/lesson-planner.ts';
import { logEvents } from './jobs/log-events.ts';
import { watchedRecords, watchEvents } from './jobs/watched.ts';
import { InProcessRunner, type RunnerParts } from './jobs/runner.ts';
import { noMaterials } from './materials/none.ts';
import type { Watch } from './telemetry/port.ts';

/** Each has a plan, a workspace and events; their sections share the places of the workshop. */
const JOBS_AT_ONCE = 4;
const CANCEL_POLL_MS = 5000;

export interface JobSurroundings {
  config: Config;
  workshop: Workshop;
  /** Absent where there is no model: films are made of lessons alone then. */
  studio: TopicStudio | undefined;
  live: Live;
  watch: Watch;
}

/** Runs the jobs that a service accepts. */
export function openRunner({ config, workshop, studio, live, watch }: JobSurroundings, publishing: Publishing): InProcessRunner {
  const { store, log } = publishing;
  const compose: RunnerParts['compose'] = async ({ jobId, userId, request }, { signal, watch: watched }) => {
    const [written, told] = [logEvents(log.with({ job: jobId })), watchEvents(watched)];
    const listen: typeof told = (event) => [written, told].forEach((tell) => tell(event));
    const again = 'again' in request ? request.again : undefined;
    const { writes, records, ...others } = storeOutlets(publishing, { jobId, owner: { userId }, title: '', language: undefined, listen, again });
    const outlets = { ...others, records: watchedRecords(records, watched) };
    const authors = authorsOf({ jobId, request }, studio);
    const { ports, close } = await composeJob({ config, workshop, authors, materials: noMaterials, ...outlets, live: live.of(jobId), signal });
    return { ports, writes, close };
  };
  return new InProcessRunner({
    jobs: store.jobs,
    compose,
    materials: noMaterials,
    journal: folderJournal(join(config.dataFolder, 'jobs')),
    log,
    watch,
    places: room(JOBS_AT_ONCE),
    cancelPollMilliseconds: CANCEL_POLL_MS,
  });
}

function authorsOf({ jobId, request }: { jobId: string; request: AcceptedRequest }, studio: TopicStudio | undefined): Authors {
  if ('again' in request) return authorsAgain(jobId, request, studio);
  if (request.lesson !== undefined) return lessonAuthors(sentLessonPlanner(request));
  // Accepted while there was a model, and gone on with by a process that has none.
  if (studio === undefined) return noAuthors(noPlanner());
  const { topic, flavor, quality, language, voice, imageContext } = request;
  const wishes = { ...(quality && { quality }), ...(language && { language }), ...(voice && { voice }) };
  return topicAuthors(studio, { topic, flavor, wishes, image: imageContext === undefined ? undefined : Buffer.from(imageContext, 'base64') });
}

/** Who writes a section once more; the film has been planned. A model is asked anew: its answer to the same question is known. */
function authorsAgain(jobId: string, { again, flavor }: AgainRequest, studio: TopicStudio | undefined): Authors {
  const isWritten = again.kind === 'topic' && again.section !== undefined && again.sceneCode === undefined;
  if (!isWritten) return lessonAuthors(noPlan);
  if (studio === undefined) return noAuthors(noPlanner());
  return topicAuthors(studio, { topic: '', flavor, wishes: {}, fresh: jobId });
}
