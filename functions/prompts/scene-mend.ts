import type { RenderFailure, SectionReport } from '../../shared/contract/report.ts';
import { fenced, sceneText, type SectionToDraw } from './scene.ts';

/** Faults that one question tells at most: those that come first matter most. */
const MOST_FAULTS = 12;
const TRACEBACK_CHARACTERS = 2000;
/** Such as a word that is waited for and not said. Other notes are about the machine. */
const NOTE_ON_A_BEAT = /^beat \d+: /;

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
  mendText(given, [`<picture-faults>\n${pictureLines(given.report).join('\n')}\n</picture-faults>`]);

const mendText = ({ instructions, task, sceneCode }: SceneToMend & { instructions: string }, told: string[]): string =>
  [sceneText(task), `<scene-code>\n${fenced(sceneCode)}\n</scene-code>`, ...told, instructions.trim()].join('\n\n');

function failureLines(failure: RenderFailure, report: SectionReport): string[] {
  const { findings = [], geometry } = report;
  const { errorClass, message, line, beat, traceback } = failure;
  const place = [...(line === undefined ? [] : [`line ${line}`]), ...(beat === undefined ? [] : [`beat ${beat}`])].join(', ');
  const open = findings.filter(({ mended }) => !mended);
  return [
    `${errorClass}: ${message}${place === '' ? '' : ` (${place})`}`,
    ...(traceback === undefined ? [] : [traceback.slice(-TRACEBACK_CHARACTERS)]),
    ...open.slice(0, MOST_FAULTS).map((finding) => `- also found: ${finding.message}${finding.line === undefined ? '' : ` (line ${finding.line} as it was written)`}`),
    ...(geometry.length === 0 ? [] : ['The part of the picture that was drawn has faults, too:', ...pictureLines(report)]),
  ];
}

/** Grave faults first; then what did not keep to its beat. */
function pictureLines({ geometry, beats, notes }: SectionReport): string[] {
  const faults = [...geometry]
    .sort((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'))
    .map(({ kind, severity, beat, what, detail }) => `- beat ${beat}, ${kind}${severity === 'warn' ? ' (slight)' : ''}: ${what}: ${detail}`);
  const leftOut = beats.flatMap(({ skipped }, number) => (skipped ? [`- beat ${number} is left out: nothing is drawn in it`] : []));
  const late = notes.filter((note) => NOTE_ON_A_BEAT.test(note)).map((note) => `- ${note}`);
  return [...faults, ...leftOut, ...late].slice(0, MOST_FAULTS);
}
