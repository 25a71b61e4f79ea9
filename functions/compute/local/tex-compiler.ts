import { PassThrough, type Readable } from 'node:stream';
import { z } from 'zod';
import { cleanText } from './clean-text.ts';
import { createCoreTokens, type CoreTokens } from './core-tokens.ts';
import { texLimits, type ResourceLimits } from './limits.ts';
import { createMessageReader, ProtocolError } from './message-reader.ts';
import { findSvgFault } from './svg-check.ts';
import { texKey, type TexCache } from './tex-cache.ts';
import type { TexDocument, TexFault } from './tex-document.ts';

export interface TexCompiler {
  /** Brings the documents' SVGs into the cache; answers in their order, `null` for those that are there now. Rejects on abort only. */
  compile(documents: TexDocument[], signal: AbortSignal): Promise<(TexFault | null)[]>;
}

/** One run of `tex_worker.py` in a sandbox of its own. */
export interface TexRun {
  /** What it answers on its descriptor for messages. */
  messages: Readable;
  stop(reason: string): void;
  /** Why it was stopped, if it was, and the end of what it printed on standard error. */
  ended: Promise<{ stopped: string | undefined; stderr: string }>;
}

export interface TexRequest {
  /** The one line that the script reads. */
  line: string;
  limits: ResourceLimits;
}

/** Starts the script somewhere; whoever does so keeps its limits. */
export type StartTex = (request: TexRequest, signal: AbortSignal) => TexRun;

export interface TexCompilerParts {
  start: StartTex;
  cache: TexCache;
  cores: number;
  limits: Partial<ResourceLimits>;
}

/** Lua reads and writes files as it likes, so LuaTeX could spoil what stands beside it. */
const ways: Readonly<Record<string, string[]>> = { latex: ['.dvi'], pdflatex: ['.dvi', '.pdf'], xelatex: ['.xdv', '.pdf'] };

/** Paranoid about files, no shell; and logs that are not wrapped in the middle of a word. */
export const texEnvironment = {
  openin_any: 'p', openout_any: 'p', shell_escape: 'f', max_print_line: '1000', error_line: '254', half_error_line: '200', PYTHONDONTWRITEBYTECODE: '1',
};

const MIB = 1024 * 1024;
const answerSchema = z.union([
  z.strictObject({ index: z.int().nonnegative(), bytes: z.int().positive().max(8 * MIB) }),
  z.strictObject({ index: z.int().nonnegative(), kind: z.enum(['tex', 'limit']), error: z.string().max(20_000) }),
]);

/**
 * LaTeX in sandboxes that receive documents by pipe and answer drawings by pipe. What comes in together shares one sandbox and is
 * compiled side by side; what several sections ask for at once waits for a free core; what is asked for twice is compiled once.
 */
export function createTexCompiler(parts: TexCompilerParts): TexCompiler {
  const cores = createCoreTokens(parts.cores);
  const underWay = new Map<string, Promise<TexFault | null>>();
  const compile = async (documents: TexDocument[], signal: AbortSignal): Promise<(TexFault | null)[]> => {
    const known = await Promise.all(documents.map(async (document) => unusable(document) ?? parts.cache.look(document)));
    const missing = documents.filter((document, index) => known[index] === undefined && !underWay.has(texKey(document)));
    const fresh = new Map(missing.map((document) => [texKey(document), document]));
    startBatch({ parts, cores, signal }, { documents: [...fresh.values()], underWay });
    const results = documents.map(async (document, index) => known[index] ?? underWay.get(texKey(document)) ?? null);
    try {
      return await unlessAborted(Promise.all(results), signal);
    } catch (error) {
      // A batch that somebody else started and cancelled: what it did not bring is compiled for this caller.
      if (signal.aborted || !isAbort(error)) throw error;
      return compile(documents, signal);
    }
  };
  return { compile };
}

/** Whoever cancels waits no longer, even for a batch that goes on for others. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

function unusable({ compiler, outputFormat }: TexDocument): TexFault | undefined {
  if (ways[compiler]?.includes(outputFormat) === true) return undefined;
  return { kind: 'tex', message: `Formulas are compiled by ${Object.keys(ways).join(', ')}; "${cleanText(compiler, 40)}" to "${cleanText(outputFormat, 10)}" is not among them.` };
}

interface BatchContext {
  parts: TexCompilerParts;
  cores: CoreTokens;
  signal: AbortSignal;
}

function startBatch(context: BatchContext, { documents, underWay }: { documents: TexDocument[]; underWay: Map<string, Promise<TexFault | null>> }): void {
  if (documents.length === 0) return;
  const results = context.cores.hold(documents.length, (width) => compileInSandbox(context, { documents, width }));
  documents.forEach((document, index) => {
    const key = texKey(document);
    const result = results.then((faults) => faults[index] ?? null).finally(() => underWay.delete(key));
    result.catch(() => undefined);
    underWay.set(key, result);
  });
}

async function compileInSandbox({ parts, signal }: BatchContext, { documents, width }: { documents: TexDocument[]; width: number }): Promise<(TexFault | null)[]> {
  const limits = { ...texLimits(documents.length), ...parts.limits };
  const run = parts.start({ line: `${JSON.stringify({ width, documents })}\n`, limits }, signal);
  const faults: (TexFault | null | undefined)[] = documents.map(() => undefined);
  try {
    await takeAnswers(run, { documents, faults, cache: parts.cache });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    run.stop(error.message);
  } finally {
    run.messages.resume();
  }
  const { stopped, stderr } = await run.ended;
  signal.throwIfAborted();
  const lost: TexFault = { kind: 'limit', message: stopped ?? `LaTeX ended without an answer. ${cleanText(stderr, 300)}`.trim() };
  return faults.map((fault) => (fault === undefined ? lost : fault));
}

interface Batch {
  documents: TexDocument[];
  /** Filled in as answers come; what is still undefined at the end was lost. */
  faults: (TexFault | null | undefined)[];
  cache: TexCache;
}

async function takeAnswers(run: TexRun, { documents, faults, cache }: Batch): Promise<void> {
  const reader = createMessageReader(run.messages, { lineBytes: MIB, totalBytes: documents.length * MIB });
  for (;;) {
    const line = await reader.readLine();
    if (line === undefined) return;
    const answer = parseAnswer(line);
    const document = documents[answer.index];
    if (document === undefined || faults[answer.index] !== undefined) throw new ProtocolError('LaTeX answered what was not asked.');
    if ('error' in answer) {
      const fault: TexFault = { kind: answer.kind, message: cleanText(answer.error, 500) };
      faults[answer.index] = fault;
      if (fault.kind === 'tex') await cache.keepFault(document, fault);
      continue;
    }
    const collected = new PassThrough({ highWaterMark: 16 * MIB });
    await reader.copyBytes(answer.bytes, collected);
    const svg = (collected.read() as Buffer | null) ?? Buffer.alloc(0);
    const fault = findSvgFault(svg);
    if (fault === undefined) await cache.keepSvg(document, svg);
    faults[answer.index] = fault === undefined ? null : { kind: 'tex', message: fault };
  }
}

function parseAnswer(line: string): z.infer<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new ProtocolError('LaTeX answered something that is not of the protocol.', { cause: error });
  }
}
