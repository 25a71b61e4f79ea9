/** Simple TeX as a tree: enough for what stands inside a sentence. */
export type TexNode =
  | { type: 'letter' | 'number' | 'sign'; value: string }
  /** A command without arguments: `\alpha`, `\le`, `\sin`. */
  | { type: 'command'; name: string }
  | { type: 'text'; value: string }
  | { type: 'group'; children: TexNode[] }
  | { type: 'fraction'; above: TexNode[]; below: TexNode[] }
  | { type: 'root'; of: TexNode[]; degree: TexNode[] | undefined }
  | { type: 'scripts'; base: TexNode; above: TexNode[] | undefined; below: TexNode[] | undefined };

/** TeX that is more than this reader understands. */
export class UnreadableTex extends Error {}

const ignored = new Set([',', ';', ':', '!', ' ', 'quad', 'qquad', 'left', 'right', 'displaystyle', 'textstyle', 'big', 'Big', 'limits']);
const textCommands = new Set(['text', 'textrm', 'mathrm', 'mathbf', 'mathit', 'textbf', 'textit', 'operatorname', 'mathsf']);
/** Everything that does not stand for itself: a script is put over or under what came before it. */
const tokenPattern = /\\[a-zA-Z]+|\\.|\d+(?:[.,]\d+)*|\s+|./gsu;

class Reader {
  private readonly tokens: string[];
  private position = 0;

  constructor(tex: string) {
    this.tokens = (tex.match(tokenPattern) ?? []).filter((token) => token.trim() !== '' || token === '\\ ');
  }

  get ended(): boolean {
    return this.position >= this.tokens.length;
  }

  /** Nodes up to a closing brace, or a bracket where one is waited for, or the end. */
  list(closing: '}' | ']' | undefined): TexNode[] {
    const nodes: TexNode[] = [];
    for (;;) {
      const token = this.tokens[this.position];
      if (token === undefined) {
        if (closing === undefined) return nodes;
        throw new UnreadableTex(`a ${closing} is missing`);
      }
      this.position += 1;
      if (token === closing) return nodes;
      this.append(token, nodes);
    }
  }

  private append(token: string, nodes: TexNode[]): void {
    if (token === '^' || token === '_') {
      const base = nodes.pop();
      if (!base) throw new UnreadableTex(`nothing stands before ${token}`);
      const script = this.argument();
      const known = base.type === 'scripts' ? base : { type: 'scripts' as const, base, above: undefined, below: undefined };
      if ((token === '^' ? known.above : known.below) !== undefined) throw new UnreadableTex(`two ${token} in a row`);
      nodes.push(token === '^' ? { ...known, above: script } : { ...known, below: script });
      return;
    }
    const node = this.node(token);
    if (node) nodes.push(node);
  }

  private node(token: string): TexNode | undefined {
    if (token === '{') return { type: 'group', children: this.list('}') };
    if (token === '}') throw new UnreadableTex('a { is missing');
    if (token.startsWith('\\')) return this.command(token.slice(1));
    if (/^\d/.test(token)) return { type: 'number', value: token };
    if (/^\p{L}$/u.test(token)) return { type: 'letter', value: token };
    return { type: 'sign', value: token };
  }

  private command(name: string): TexNode | undefined {
    if (ignored.has(name)) return undefined;
    if (name === 'frac' || name === 'tfrac' || name === 'dfrac') return { type: 'fraction', above: this.argument(), below: this.argument() };
    if (name === 'sqrt') {
      const degree = this.tokens[this.position] === '[' ? this.bracketed() : undefined;
      return { type: 'root', of: this.argument(), degree };
    }
    if (textCommands.has(name)) return { type: 'text', value: this.argument().map(plainOf).join('') };
    if (/^[%$#&{}_]$/.test(name)) return { type: 'sign', value: name };
    return { type: 'command', name };
  }

  private bracketed(): TexNode[] {
    this.position += 1;
    return this.list(']');
  }

  private argument(): TexNode[] {
    const token = this.tokens[this.position];
    this.position += 1;
    if (token === undefined) throw new UnreadableTex('something is missing at the end');
    if (token === '{') return this.list('}');
    const node = this.node(token);
    return node ? [node] : [];
  }
}

function plainOf(node: TexNode): string {
  if (node.type === 'letter' || node.type === 'number' || node.type === 'sign' || node.type === 'text') return node.value;
  throw new UnreadableTex('words in mathematics hold more than letters');
}

/** @throws UnreadableTex where braces do not match, or an argument is missing */
export const texTree = (tex: string): TexNode[] => new Reader(tex).list(undefined);
