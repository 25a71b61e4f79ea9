import type { AcceptedRequest, AgainRequest } from '../shared/contract/request.ts';
import { faultsOf, LecternError } from '../shared/errors.ts';
import { nextProgress, noProgress } from '../shared/job-progress.ts';
import { type Authors, composeJob, lessonAuthors, noAuthors, type Workshop } from './compose.ts';
import type { Live } from './compose-live.ts';
import { type Publishing, storeOutlets } from './compose-publish.ts';
import { topicAuthors, type TopicStudio } from './compose-topic.ts';
import type { Config, WorkerConfig } from './config.ts';
import { openAcceptor } from './engine/dbos/acceptor.ts';
import { startWorker, type Worker } from './engine/dbos/worker.ts';
import { noPlanner } from './estimates/no-planner.ts';
import { DurableRunner } from './jobs/durable-runner.ts';
import { noPlan, sentLessonPlanner } from './jobs/lesson-planner.ts';
import { logEvents } from './jobs/log-events.ts';
import { type ComposedPart, FILM, type FlowRunnerParts, type JobOrder, type JobPart, runFlow } from './jobs/run-flow.ts';
import { writeBehind } from './jobs/write-behind.ts';
import { watchedRecords, watchEvents } from './jobs/watched.ts';
import { noMaterials } from './materials/none.ts';
import { type JobReadings, jobReadings } from './progress/job-reading.ts';
import type { JobWatch, Watch } from './telemetry/port.ts';

export interface JobSurroundings {
  config: Config;
  workshop: Workshop;
  /** Absent where there is no model: films are made of lessons alone then. */
  studio: TopicStudio | undefined;
  live: Live;
  watch: Watch;
  /** Of the Postgres that workers share; asked anew for each connection. */
  databaseUrl: () => string;
}

/** Accepts jobs; where they are run is another matter. */
export async function openRunner(databaseUrl: () => string, { store, publicUrl, log }: Publishing, wake?: () => Promise<void>) {
  const queue = await openAcceptor(databaseUrl, log);
  const runner = new DurableRunner({ queue, events: store.events, materials: noMaterials, publicUrl, log, wake });
  return {
    runner,
    async close() {
      await runner.close();
      await queue.close();
    },
  };
}

/** Runs jobs that any service of the same store has accepted. */
export function openWorker(surroundings: JobSurroundings, publishing: Omit<Publishing, 'publicUrl'>, worker: WorkerConfig): Promise<Worker> {
  const { store, log } = publishing;
  const { watch } = surroundings;
  const readings = jobReadings((jobId, sequence) => store.events.after(jobId, sequence));
  const compose: FlowRunnerParts['compose'] = (part, order, watched) => composePart({ ...surroundings, readings, part, order, watched }, { ...publishing, publicUrl: part.publicUrl });
  return startWorker({
    ...worker,
    databaseUrl: surroundings.databaseUrl,
    log,
    run: ({ call, id, engine, incarnation, disowned }) =>
      runFlow(
        { jobId: call.job.jobId, publicUrl: call.job.publicUrl, flow: call.flow, input: call.input, id, engine, process: incarnation, disowned },
        { jobs: store.jobs, compose, log, watch },
      ),
    async tellFailure({ jobId }, error) {
      const happening = { type: 'job.failed' as const, faults: faultsOf(error) };
      const { status, message, errorCode = '', errorMessage = '' } = nextProgress(noProgress, happening);
      const writes = writeBehind((note, trouble) => log.warn({ error: trouble, job: jobId }, note));
      writes.add(() => store.events.append({ jobId, happening, progress: { status, message, errorCode, errorMessage }, key: 'failed' }));
      await writes.settled();
    },
  });
}

interface PartSurroundings extends JobSurroundings {
  readings: JobReadings;
  part: JobPart;
  order: JobOrder;
  watched: JobWatch;
}

async function composePart({ config, workshop, studio, live, readings, part, order, watched }: PartSurroundings, publishing: Publishing): Promise<ComposedPart> {
  const { jobId, id, process, engine, disowned, flow } = part;
  const { userId, request } = order;
  const [written, told] = [logEvents(publishing.log.with({ job: jobId })), watchEvents(watched)];
  const listen: typeof told = (event) => [written, told].forEach((tell) => tell(event));
  const again = 'again' in request ? request.again : undefined;
  const { reading, leave } = readings.enter(jobId);
  const { writes, records, ...others } = storeOutlets(publishing, { jobId, owner: { userId }, title: '', language: undefined, listen, again, part: { flow: id, process, reading } });
  const outlets = { ...others, records: watchedRecords(records, watched) };
  const authors = authorsOf({ jobId, userId, request: flow === FILM ? request : withoutImage(request) }, studio);
  const { ports, close } = await composeJob({ config, jobId, workshop, authors, materials: noMaterials, ...outlets, live: live.of(jobId), engine, signal: disowned, handedOver: disowned });
  return { ports, writes, close: () => close().finally(leave) };
}

/** Only who plans looks at it, and making it small takes a while. */
const withoutImage = (request: AcceptedRequest): AcceptedRequest => ('again' in request || request.topic === undefined ? request : { ...request, imageContext: undefined });

function authorsOf({ jobId, userId, request }: JobOrder & { jobId: string }, studio: TopicStudio | undefined): Authors {
  if ('again' in request) return authorsAgain(jobId, request, studio);
  if (request.lesson !== undefined) return lessonAuthors(sentLessonPlanner(request));
  // Accepted while there was a model, and gone on with by a process that has none.
  if (studio === undefined) return noAuthors(noPlanner());
  const { topic, flavor, quality, language, voice, imageContext } = request;
  const wishes = { ...(quality && { quality }), ...(language && { language }), ...(voice && { voice }) };
  return topicAuthors(studio, { topic, flavor, wishes, image: imageContext === undefined ? undefined : Buffer.from(imageContext, 'base64'), owner: userId });
}

/** Who writes a section once more; the film has been planned. A model is asked anew: its answer to the same question is known. */
function authorsAgain(jobId: string, { again, flavor }: AgainRequest, studio: TopicStudio | undefined): Authors {
  const isWritten = again.kind === 'topic' && again.section !== undefined && again.sceneCode === undefined;
  if (!isWritten) return lessonAuthors(noPlan);
  if (studio === undefined) return noAuthors(noPlanner());
  return topicAuthors(studio, { topic: '', flavor, wishes: {}, fresh: jobId });
}

/** The address of the Postgres behind the store. @throws LecternError `no_database_url` */
export function databaseUrlOf({ databaseUrl }: { databaseUrl: (() => string) | undefined }): () => string {
  if (databaseUrl !== undefined) return databaseUrl;
  const message = 'Jobs stand in the Postgres of the Supabase project, and its address is not set.';
  throw new LecternError('no_database_url', { message, fix: 'Set DATABASE_URL to the address for direct connections, or for the session pooler.' });
}
