import type { JobEvent } from '../../shared/contract/event.ts';
import type { Log } from '../telemetry/port.ts';

/** Writes down the steps of a job that whoever runs the service wants to see: not its frames. */
export function logEvents(log: Log): (event: JobEvent) => void {
  return (event) => {
    const { type } = event;
    if (type === 'section.progress' || type === 'phase.started') return;
    const section = 'section' in event && event.section !== undefined ? { section: event.section } : {};
    if (type === 'phase.finished') log.info({ ...section, phase: event.phase, seconds: event.seconds, cached: event.cached }, type);
    else if (type === 'section.failed') log.warn({ ...section, phase: event.phase, code: event.fault.code }, event.fault.message);
    else if (type === 'warning') log.warn({ ...section, code: event.code }, event.message);
    else if (type === 'job.failed') log.warn({ codes: event.faults.map(({ code }) => code) }, event.faults[0]?.message ?? type);
    else log.info(section, type);
  };
}
