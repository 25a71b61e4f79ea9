import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';

/** Where the speech program stands, and what runs it. */
export interface EspeakCommand {
  nodePath: string;
  cliPath: string;
}

const voiceSchema = z.object({ name: z.string(), identifier: z.string(), languages: z.array(z.object({ name: z.string(), priority: z.number() })) });

const eventSchema = z.object({
  type: z.enum(['word', 'phoneme', 'end']),
  position: z.int().nonnegative(),
  milliseconds: z.number().nonnegative(),
  phoneme: z.string().optional(),
});

const headerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('voices'), voices: z.array(voiceSchema).min(1), variants: z.array(z.string()) }),
  z.object({ type: z.literal('speech'), sampleRate: z.int().positive(), bytes: z.int().nonnegative().multipleOf(2), events: z.array(eventSchema) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);

export interface EspeakAnswer {
  header: Exclude<z.infer<typeof headerSchema>, { type: 'error' }>;
  samples: Int16Array;
}

const LONGEST_RUN_MS = 120_000;
const STDERR_CHARACTERS_TOLD = 400;
const NEWLINE = 10;

const broken = (message: string, cause?: unknown): LecternError =>
  new LecternError('speech-failed', {
    message: `The speech program failed: ${message}.`,
    fix: '`npm run doctor` tells whether it is whole; `npm run setup` mends it.',
    retryable: true,
    cause,
  });

const refused = (code: string, message: string): LecternError =>
  code === 'text-too-long'
    ? new LecternError('speech-text', { message: `This section is too long to be spoken at once: ${message}.`, fix: 'Split it into several sections.' })
    : new LecternError('speech-failed', { message: `The speech program refused: ${message}.`, fix: 'Choose another voice, or change the text.' });

function parseAnswer(stdout: Buffer): EspeakAnswer {
  const headerEnd = stdout.indexOf(NEWLINE);
  if (headerEnd < 0) throw broken('it gave no answer');
  const header = headerSchema.parse(JSON.parse(stdout.toString('utf8', 0, headerEnd)));
  if (header.type === 'error') throw refused(header.code, header.message);
  const body = stdout.subarray(headerEnd + 1);
  const expectedBytes = header.type === 'speech' ? header.bytes : 0;
  if (body.length !== expectedBytes) throw broken(`it announced ${expectedBytes} bytes of sound and gave ${body.length}`);
  const samples = new Int16Array(body.length / 2);
  for (let index = 0; index < samples.length; index += 1) samples[index] = body.readInt16LE(index * 2);
  return { header, samples };
}

/**
 * One request to the speech program, in a process of its own.
 * @throws LecternError `speech-failed` or `speech-text`; the signal's reason when aborted
 */
export async function askEspeak(command: EspeakCommand, request: object, signal: AbortSignal): Promise<EspeakAnswer> {
  signal.throwIfAborted();
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_RUN_MS)]);
  const child = spawn(command.nodePath, [command.cliPath], { stdio: 'pipe', env: {}, signal: bounded, killSignal: 'SIGKILL' });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_CHARACTERS_TOLD)));
  // A program that dies early closes its end first: its exit tells more than the broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(`${JSON.stringify({ id: 1, ...request })}\n`);
  try {
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw broken(`it ended with status ${status}: ${stderr.trim()}`);
    return parseAnswer(Buffer.concat(stdout));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LecternError) throw error;
    throw broken(bounded.aborted ? `no answer within ${LONGEST_RUN_MS / 1000} s` : (error as Error).message, error);
  }
}
