import { createLogUpdate } from 'log-update';
import type { JobEvent } from '../../../shared/contract/event.ts';
import { emptyView, nextView } from './job-view.ts';
import { viewLines } from './view-lines.ts';

/** Redraws the live list on a terminal at every event, at most ten times a second for mere frames. */
export function liveProgress(terminal: NodeJS.WriteStream, seconds: () => number): (event: JobEvent) => void {
  const draw = createLogUpdate(terminal);
  let view = emptyView;
  let drawnAt = -Infinity;
  return (event) => {
    view = nextView(view, event);
    const settled = event.type !== 'section.progress';
    if (!settled && seconds() - drawnAt < 0.1) return;
    drawnAt = seconds();
    draw(viewLines(view, terminal.columns || 80).join('\n'));
    if (view.end) draw.done();
  };
}
