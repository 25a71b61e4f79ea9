import type { JobEvent } from '../../shared/contract/event.ts';
import type { Log } from '../telemetry/port.ts';

/** Writes down the steps of a job that whoever runs the service wants to see: not its frames. What a fault says goes through the log's scrubbing. */
export function logEvents(log: Log): (event: JobEvent) => void {
  return (event) => {
    const { type } = event;
    if (type === 'section.progress' || type === 'phase.started') return;
    const section = 'section' in event && event.section !== undefined ? { section: event.section } : {};
    if (type === 'phase.finished') log.info({ ...section, phase: event.phase, seconds: event.seconds, cached: event.cached }, type);
    else if (type === 'section.failed') log.warn({ ...section, phase: event.phase, fault: event.fault }, type);
    else if (type === 'warning') log.warn({ ...section, fault: { code: event.code, message: event.message } }, type);
    else if (type === 'job.failed') log.warn({ fault: event.faults[0], codes: event.faults.map(({ code }) => code) }, type);
    else log.info(section, type);
  };
}
