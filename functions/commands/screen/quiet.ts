import type { JobEvent } from '../../../shared/contract/event.ts';
import { emptyView, nextView } from './job-view.ts';
import { sectionEndLine } from './view-lines.ts';

/** Without a terminal: one line for each section that ends and for each warning, and nothing in between. */
export function quietProgress(write: (line: string) => void): (event: JobEvent) => void {
  let view = emptyView;
  return (event) => {
    view = nextView(view, event);
    if (event.type === 'section.finished') {
      const section = view.sections.find((each) => each.section === event.section);
      if (section) write(sectionEndLine(section));
    }
    if (event.type === 'warning') write(`warning: ${event.message}`);
  };
}
