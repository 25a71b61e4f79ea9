import type { RenderFailure, SectionReport } from '../../shared/contract/report.ts';
import { fenced, sceneText, type SectionToDraw } from './scene.ts';

/** Faults that one question tells at most: those that come first matter most. */
const MOST_FAULTS = 12;
const TRACEBACK_CHARACTERS = 2000;

export interface SceneToMend {
  task: SectionToDraw;
  /** The code that ran: with the known fixes in it, where there were any. */
  sceneCode: string;
  report: SectionReport;
}

/** The question for another version of scene code that failed. */
export const failureMendText = (given: SceneToMend & { instructions: string; failure: RenderFailure }): string =>
  mendText(given, [`<error>\n${failureLines(given.failure, given.report).join('\n')}\n</error>`]);

/** The question for another version of scene code that ran, and whose picture is faulty. */
export const pictureMendText = (given: SceneToMend & { instructions: string }): string =>
  mendText(given, [`<picture-faults>\n${pictureLines(given.report.geometry).join('\n')}\n</picture-faults>`]);

const mendText = ({ instructions, task, sceneCode }: SceneToMend & { instructions: string }, told: string[]): string =>
  [sceneText(task), `<scene-code>\n${fenced(sceneCode)}\n</scene-code>`, ...told, instructions.trim()].join('\n\n');

function failureLines(failure: RenderFailure, { findings = [], geometry }: SectionReport): string[] {
  const { errorClass, message, line, beat, traceback } = failure;
  const place = [...(line === undefined ? [] : [`line ${line}`]), ...(beat === undefined ? [] : [`beat ${beat}`])].join(', ');
  const open = findings.filter(({ mended }) => !mended);
  return [
    `${errorClass}: ${message}${place === '' ? '' : ` (${place})`}`,
    ...(traceback === undefined ? [] : [traceback.slice(-TRACEBACK_CHARACTERS)]),
    ...open.slice(0, MOST_FAULTS).map((finding) => `- also found: ${finding.message}${finding.line === undefined ? '' : ` (line ${finding.line} as it was written)`}`),
    ...(geometry.length === 0 ? [] : ['The part of the picture that was drawn has faults, too:', ...pictureLines(geometry)]),
  ];
}

/** Grave ones first. */
const pictureLines = (geometry: SectionReport['geometry']): string[] =>
  [...geometry]
    .sort((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'))
    .slice(0, MOST_FAULTS)
    .map(({ kind, severity, beat, what, detail }) => `- beat ${beat}, ${kind}${severity === 'warn' ? ' (slight)' : ''}: ${what}: ${detail}`);
