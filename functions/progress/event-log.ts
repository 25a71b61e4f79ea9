import type { JobEvent } from '../../shared/contract/event.ts';
import type { Clock } from '../clock/port.ts';
import type { Progress } from './port.ts';

/** Numbers and dates what is told, and hands each event to every listener in order. */
export function eventLog(jobId: string, clock: Clock, listeners: ((event: JobEvent) => void)[]): Progress {
  let sequence = 0;
  return {
    async tell(happening) {
      sequence += 1;
      const event: JobEvent = { sequence, at: clock.now().toISOString(), jobId, ...happening };
      for (const listen of listeners) listen(event);
    },
  };
}
