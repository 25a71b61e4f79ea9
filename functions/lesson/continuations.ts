import type { Section } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';
import { LecternError } from '../../shared/errors.ts';
import type { Faults } from './faults.ts';
import { visualKind } from './visuals/index.ts';

const continues = (visual: Visual): boolean => 'continues' in visual && visual.continues === true;

/** What a continuation names of its figure must be there: an item, a row, a line, a callout, a cell. */
function missingPart(figure: Visual, visual: Visual): string | undefined {
  const beyond = (what: string, number: number | undefined, count: number): string | undefined =>
    number !== undefined && number > count ? `${what} ${number}; there ${count === 1 ? 'is' : 'are'} ${count}` : undefined;
  if (visual.kind === 'list' && visual.continues && figure.kind === 'list' && !figure.continues) return beyond('item', visual.step, figure.items.length);
  if (visual.kind === 'table' && visual.continues && figure.kind === 'table' && !figure.continues) {
    return beyond('row', visual.row, figure.rows.length) ?? beyond('column', visual.column, figure.header.length);
  }
  if (visual.kind === 'code' && visual.continues && figure.kind === 'code' && !figure.continues) return beyond('line', visual.lines?.[1], figure.code.split('\n').length);
  if (visual.kind === 'image' && visual.continues && figure.kind === 'image' && !figure.continues) return beyond('callout', visual.point, figure.callouts.length);
  return undefined;
}

/** Every visual that goes on with a figure needs one of its kind before it in the section. */
export function checkContinuations(section: Section, faults: Faults): void {
  const figures = new Map<Visual['kind'], Visual>();
  for (const beat of section.beats) {
    if (beat.clearsStage) figures.clear();
    beat.visuals.forEach((visual, index) => {
      const line = beat.visualLines?.[index];
      if (!continues(visual)) return void figures.set(visual.kind, visual);
      const figure = figures.get(visual.kind);
      const fence = visualKind(visual).fences[0] ?? visual.kind;
      if (!figure) {
        return faults.add(new LecternError('lesson/continues', {
          message: `This goes on with a figure of the kind “${fence}”, and none is on the stage.`,
          fix: `Show the ${fence} first, in this section: a section, and what follows a line of dashes, starts with an empty stage.`,
          line,
        }));
      }
      const missing = missingPart(figure, visual);
      if (missing) faults.add(new LecternError('lesson/continues', { message: `The ${fence} on the stage has no ${missing}.`, fix: 'Count from 1, and name one that is there.', line }));
    });
  }
}
