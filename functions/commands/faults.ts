import { styleText } from 'node:util';
import type { Fault } from '../../shared/contract/event.ts';
import { faultsOf, LecternError, LessonErrors } from '../../shared/errors.ts';
import { exitCodes } from '../exit-codes.ts';

/** Codes of errors that are the machine's, not the lesson's. */
const machineCodes = new Set(['not_set_up', 'sandbox_unavailable', 'render_impossible', 'disk_full']);

/** Codes of errors that come from providers, and from what may be spent on them. */
const outsideCodes = /^(llm_|speech_|modal_|image_build_failed$|image_fails$|orchestrator_failed$|secrets_missing$|cost_cap$|no_provider$|plan_unusable$|store_unavailable$)/;

/** Tells what went wrong: where, what, and what to do; a stack trace only where it was asked for. */
export function tellFault(error: unknown, file: string, { json, debug }: { json?: boolean; debug?: boolean }): void {
  if (debug) console.error(error);
  // The event log's last line has told it already.
  if (json && debug !== true) return;
  for (const fault of faultsOf(error)) for (const line of faultLines(fault, file)) console.error(line);
}

/** A fault for people: where it is, what happened, and what to do. */
export function faultLines({ message, fix, line }: Fault, file: string): string[] {
  const place = line === undefined ? file : `${file}:${line}`;
  return [`${styleText(['red', 'bold'], place)}: ${message}`, `  ${styleText('dim', '→')} ${fix}`];
}

/** The exit status that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof LessonErrors) return exitCodes.badInput;
  if (!(error instanceof LecternError)) return exitCodes.unexpected;
  if (outsideCodes.test(error.code)) return exitCodes.outside;
  return machineCodes.has(error.code) ? exitCodes.notSetUp : exitCodes.badInput;
}
