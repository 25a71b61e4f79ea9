import type { Fault } from '../../../shared/contract/event.ts';
import type { RenderFailure } from '../../../shared/contract/report.ts';
import type { PlannedSection } from '../../lesson/port.ts';

const fixes: Record<RenderFailure['kind'], string> = {
  code: 'Mend the block or the scene code at that line, then run again: only this section is drawn again.',
  tex: 'Mend the formula at that line, then run again: only this section is drawn again.',
  limit: 'Make the scene smaller or shorter: it used up what a section may have of time, memory or output.',
  sandbox: 'Run again. If it happens again, npm run doctor tells what the sandbox lacks.',
  protocol: 'The scene code answered in the worker’s place. Take out whatever writes to open file descriptors.',
};

/** Of a section that a model wrote, there is no line that anybody could mend. */
const FIX_OF_WRITTEN = 'Make it with another flavor or model: what has been made of the other sections is found again. Or write this section as a lesson.';

/** What the author is told of a section that could not be drawn: in the lesson’s lines, not the scene’s. */
export function faultOfFailure(failure: RenderFailure | undefined, input: PlannedSection): Fault {
  if (!failure) {
    return { code: 'render_no_clip', message: `Section ${input.section} gave no clip and did not say why.`, fix: fixes.sandbox, retryable: true };
  }
  const line = lessonLine(failure, input);
  const isWritten = input.content.source === undefined && input.content.sceneCode === undefined;
  return {
    code: `render_${failure.kind}`,
    message: `Section ${input.section} could not be drawn: ${failure.errorClass}: ${failure.message}`,
    fix: isWritten && (failure.kind === 'code' || failure.kind === 'tex') ? FIX_OF_WRITTEN : fixes[failure.kind],
    retryable: failure.kind === 'sandbox',
    ...(line === undefined ? {} : { line }),
  };
}

function lessonLine(failure: RenderFailure, input: PlannedSection): number | undefined {
  const { sceneCode, beats, source } = input.content;
  if (sceneCode) return sceneCode.source.firstLine + Math.max(0, (failure.line ?? 1) - 1);
  const beat = failure.beat === undefined ? undefined : beats[failure.beat];
  return beat?.source?.firstLine ?? source?.firstLine;
}
