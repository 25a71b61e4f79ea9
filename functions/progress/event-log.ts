import type { JobEvent } from '../../shared/contract/event.ts';
import type { Progress } from './port.ts';

/** Keeps a job's events in memory, numbered and dated, and hands each to every listener in order. */
export function eventLog(jobId: string, now: () => Date, listeners: ((event: JobEvent) => void)[]): Progress {
  const events: JobEvent[] = [];
  return {
    async tell(happening) {
      const event: JobEvent = { sequence: events.length + 1, at: now().toISOString(), jobId, ...happening };
      events.push(event);
      for (const listen of listeners) listen(event);
    },
    told: async () => [...events],
  };
}
