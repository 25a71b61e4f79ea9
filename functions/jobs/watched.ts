import type { JobEvent } from '../../shared/contract/event.ts';
import type { Records } from '../records/port.ts';
import type { JobWatch } from '../telemetry/port.ts';

/** What those who ask for films can mend themselves; what nobody has foreseen is told as the error that it is. */
const NOT_OURS = /^(?:lesson\/.*|speech-.*|speech\/.*|latex|cost_cap|unexpected)$/;

/** Tells whoever watches what a job does, phase by phase, and how it fails: never in the words of the lesson. */
export function watchEvents(watch: JobWatch): (event: JobEvent) => void {
  return (event) => {
    const { type } = event;
    if (type === 'section.progress' || type === 'job.started') return;
    const section = 'section' in event && event.section !== undefined ? { section: event.section } : {};
    if (type === 'phase.started') watch.step({ name: type, facts: { phase: event.phase, ...section } });
    else if (type === 'phase.finished') watch.step({ name: type, facts: { phase: event.phase, ...section, seconds: event.seconds, cached: event.cached } });
    else if (type === 'plan.ready') watch.step({ name: type, facts: { language: event.language, quality: event.quality, sections: event.sections.length } });
    else if (type === 'section.finished') watch.step({ name: type, facts: { ...section, outcome: event.outcome, cached: event.cached, geometryFaults: event.geometryFaults } });
    else if (type === 'warning') watch.step({ name: type, level: 'warning', facts: { ...section, code: event.code } });
    else if (type === 'section.failed') {
      const { phase: stage, fault } = event;
      watch.step({ name: type, level: 'warning', facts: { ...section, phase: stage, code: fault.code } });
      // A scene that could not be drawn has been told with its code.
      if (stage === 'code') watch.failure({ of: 'section', errorClass: fault.code, message: fault.message, stage, ...section });
    } else if (type === 'job.failed') {
      const [fault] = event.faults;
      if (fault && fault.line === undefined && !NOT_OURS.test(fault.code)) watch.failure({ of: 'job', errorClass: fault.code, message: fault.message });
    } else watch.step({ name: type, facts: {} });
  };
}

/** The records, of which those of scenes that failed go to whoever watches as well, with the scene's code. */
export function watchedRecords(records: Records, watch: JobWatch): Records {
  return {
    ...records,
    failed(failure) {
      records.failed(failure);
      const { section, phase: stage, attempt, fault, errorClass, line, sceneCode } = failure;
      watch.failure({ of: 'scene', errorClass, message: fault.message, stage, section, facts: { attempt, code: fault.code, line }, sceneCode });
    },
    mended(mended) {
      records.mended(mended);
      const { section, phase, kind, errorClass, rule, found, mendedBy, recovered } = mended;
      watch.step({ name: 'scene.mended', facts: { section, phase, kind, errorClass, rule, found, mendedBy, recovered } });
    },
  };
}
