/** The service of the benchmark, in a process of its own: `sse.ts` starts it and talks to it by messages. */
import { setTimeout as delay } from 'node:timers/promises';
import { LESSON, openApiService } from '../support/api-service.ts';

type Question = { ask: 'append'; code: string } | { ask: 'finish' } | { ask: 'memory' } | { ask: 'close' };

const service = await openApiService();
const user = await service.user();
const answer = await service.call('/v1/jobs', { token: user.token, body: { lesson: LESSON } });
const { job_id: jobId } = (await answer.json()) as { job_id: string };

async function answerTo(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'append':
      return service.store.events.append({ jobId, happening: { type: 'warning', code: question.code, message: 'Benchmark.' } });
    case 'finish':
      return service.store.events.append({ jobId, happening: { type: 'job.cancelled' }, progress: { status: 'failed', cancelled: true } });
    case 'memory':
      // Twice, with a pause: what connections leave behind is freed in two steps. As a last resort, so that room which the
      // collector keeps for what may come does not count as theirs.
      collect();
      await delay(500);
      collect();
      return process.memoryUsage().rss;
    case 'close':
      await service.close();
      return service.logged.length;
  }
}

function collect(): void {
  global.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

process.on('message', (question: Question) => {
  void answerTo(question).then((told) => {
    process.send?.({ told });
    if (question.ask === 'close') process.disconnect();
  });
});
process.send?.({ told: { url: service.url, path: `/v1/jobs/${jobId}/events`, token: user.token } });
