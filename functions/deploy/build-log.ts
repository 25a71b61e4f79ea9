import type { ClientMiddleware } from 'nice-grpc-common';
import { z } from 'zod';

/** The last lines are where a build says why it failed. */
const KEPT_LINES = 40;
const progressSchema = z.object({ taskLogs: z.array(z.object({ data: z.string() })) });

export interface BuildLog {
  /** For the client that builds. */
  middleware: ClientMiddleware;
  /** What the builder said last, since the last call. */
  take(): string;
}

/** Listens to what builders say: the SDK waits for their end and lets their words go. @param tell is given every piece as it comes */
export function buildLog(tell: (text: string) => void): BuildLog {
  let kept: string[] = [];
  const hear = (answer: unknown): void => {
    const parsed = progressSchema.safeParse(answer);
    for (const { data } of parsed.success ? parsed.data.taskLogs : []) {
      tell(data);
      kept = [...kept, ...data.split('\n').filter((line) => line.trim() !== '')].slice(-KEPT_LINES);
    }
  };
  return {
    async *middleware(call, options) {
      if (!call.responseStream || !call.method.path.endsWith('/ImageJoinStreaming')) return yield* call.next(call.request, options);
      for await (const answer of call.next(call.request, options)) {
        hear(answer);
        yield answer;
      }
      return undefined;
    },
    take() {
      const lines = kept.join('\n');
      kept = [];
      return lines;
    },
  };
}
