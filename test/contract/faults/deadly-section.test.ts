import { afterAll, expect, it } from 'vitest';
import type { Engine } from '../../../functions/engine/port.ts';
import { LecternError } from '../../../shared/errors.ts';
import { scratchFolder } from '../../support/command-line.ts';
import { FaultStudio } from '../../support/fault-studio.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

/** The engine as it is where every worker that makes the second section dies of it. */
const deadly = (usual: Engine): Engine => ({
  step: (name, work) => usual.step(name, work),
  async child(flow, key, input) {
    if (key === 'section-2') throw new LecternError('worker_killed', { message: 'Each worker died of it.', fix: 'See in the log.', retryable: true });
    return usual.child(flow, key, input);
  },
});

it('a section that ends every process which makes it becomes a title card with its narration, and the film is partial', async () => {
  const { outcome, events, error } = await new FaultStudio(folder.path).film({}, { engine: deadly });
  expect(outcome, String(error)).toBe('partial');
  const failed = events.filter(({ type }) => type === 'section.failed');
  expect(failed).toMatchObject([{ section: 2, phase: 'render', fault: { code: 'worker_killed' } }]);
  const finished = events.flatMap((event) => (event.type === 'section.finished' ? [[event.section, event.outcome, event.durationSeconds > 1]] : []));
  expect(finished.sort()).toEqual([[1, 'rendered', true], [2, 'card', true], [3, 'rendered', true]]);
  expect(events.at(-1)).toMatchObject({ type: 'job.finished', partial: true });
});
