import { styleText } from 'node:util';
import { faultsOf, LecternError, LessonErrors } from '../../shared/errors.ts';
import { exitCodes } from '../exit-codes.ts';

/** Codes of errors that are the machine's, not the lesson's. */
const machineCodes = new Set(['not_set_up', 'sandbox_unavailable', 'render_impossible']);

/** Tells what went wrong: where, what, and what to do; a stack trace only where it was asked for. */
export function tellFault(error: unknown, file: string, { json, debug }: { json?: boolean; debug?: boolean }): void {
  if (debug) console.error(error);
  // The event log's last line has told it already.
  if (json && debug !== true) return;
  for (const { message, fix, line } of faultsOf(error)) {
    const place = line === undefined ? file : `${file}:${line}`;
    console.error(`${styleText(['red', 'bold'], place)}: ${message}`);
    console.error(`  ${styleText('dim', '→')} ${fix}`);
  }
}

/** The exit status that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof LessonErrors) return exitCodes.badInput;
  if (!(error instanceof LecternError)) return exitCodes.unexpected;
  return machineCodes.has(error.code) ? exitCodes.notSetUp : exitCodes.badInput;
}
