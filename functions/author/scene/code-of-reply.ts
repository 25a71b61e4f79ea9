const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*\w*[ \t]*$/;
/** How a module begins: prose that comes before it does not look like this. */
const FIRST_OF_MODULE = /^(?:from|import|class|def|@|#|"""|''')/;
const SCENE = /^class\s+\w+\s*\(/m;

/**
 * The Python module in a model's reply: out of its fence where it has one, and out of the last one with a scene where it has several.
 * A fence that never closes goes to the end of the reply. Undefined where there is no scene.
 */
export function codeOfReply(reply: string): string | undefined {
  const lines = reply.replaceAll('\r\n', '\n').split('\n');
  const fences = fencesOf(lines);
  const code = fences.length > 0 ? fences.findLast((fence) => SCENE.test(fence)) : bareModule(lines);
  return code !== undefined && SCENE.test(code) ? `${code.trim()}\n` : undefined;
}

function fencesOf(lines: string[]): string[] {
  const fences: string[] = [];
  let mark: string | undefined;
  let inside: string[] = [];
  for (const line of lines) {
    const [, found] = FENCE.exec(line) ?? [];
    if (mark === undefined) {
      if (found !== undefined) [mark, inside] = [found, []];
    } else if (found !== undefined && found.startsWith(mark) && line.trim() === found) {
      fences.push(inside.join('\n'));
      mark = undefined;
    } else {
      inside.push(line);
    }
  }
  if (mark !== undefined) fences.push(inside.join('\n'));
  return fences;
}

function bareModule(lines: string[]): string | undefined {
  const first = lines.findIndex((line) => FIRST_OF_MODULE.test(line));
  return first < 0 ? undefined : lines.slice(first).join('\n');
}
