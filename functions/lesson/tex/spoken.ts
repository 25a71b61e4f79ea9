import { type TexNode, texTree, UnreadableTex } from './tree.ts';
import { type MathWords, mathWords } from './words.ts';

const greek = /^(?:var)?(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega)$/i;
/** Names that a bracket makes a call of: `f(x)` is "f of x", while `a(b + c)` has no one reading. */
const functionLetters = new Set(['f', 'g', 'h', 'p', 'P', 'F']);
const namedFunctions = new Set(['sin', 'cos', 'tan', 'log', 'ln']);

const isSimple = (nodes: TexNode[]): boolean => nodes.length === 1 || (nodes.length === 2 && nodes[0]?.type === 'number');

class Speaker {
  private readonly words: MathWords;

  constructor(words: MathWords) {
    this.words = words;
  }

  list(nodes: TexNode[]): string {
    const spoken: string[] = [];
    for (let index = 0; index < nodes.length; index += 1) {
      const call = this.call(nodes, index);
      if (call) {
        spoken.push(call.words);
        index = call.last;
      } else {
        const node = nodes[index];
        if (node) spoken.push(this.node(node));
      }
    }
    return spoken.join(' ').replaceAll(' ,', ',');
  }

  /** `f(x)` and `\sin(2x)`: a name with its argument in brackets. Other brackets are refused by `node`. */
  private call(nodes: TexNode[], index: number): { words: string; last: number } | undefined {
    const name = nodes[index];
    const next = nodes[index + 1];
    if (!name || next?.type !== 'sign' || next.value !== '(') return undefined;
    const callable = (name.type === 'letter' && functionLetters.has(name.value)) || (name.type === 'command' && namedFunctions.has(name.name));
    const close = nodes.findIndex((node, place) => place > index && node.type === 'sign' && node.value === ')');
    const inside = nodes.slice(index + 2, close);
    if (!callable || close < 0 || !isSimple(inside)) return undefined;
    const spokenName = this.node(name);
    const argument = this.list(inside);
    return { words: name.type === 'command' ? `${spokenName} ${argument}` : this.words.applied(spokenName, argument), last: close };
  }

  private node(node: TexNode): string {
    switch (node.type) {
      case 'number': case 'text': return node.value.trim();
      case 'letter': return this.words.letters[node.value] ?? node.value;
      case 'sign': return this.sign(node.value);
      case 'command': return greek.exec(node.name)?.[1] ?? this.sign(node.name);
      case 'group': return this.list(node.children);
      case 'fraction': return this.fraction(node.above, node.below);
      case 'root': return this.root(node);
      case 'scripts': return this.scripts(node);
    }
  }

  private sign(name: string): string {
    const words = this.words.signs[name];
    if (words) return words;
    throw new UnreadableTex(`"${name}" has no one reading`);
  }

  private fraction(above: TexNode[], below: TexNode[]): string {
    const [upper, lower] = [this.list(above), this.list(below)];
    const named = this.words.fractions[`${upper}/${lower}`];
    if (named) return named;
    if (isSimple(above) && isSimple(below)) return this.words.over(upper, lower);
    throw new UnreadableTex('where the fraction starts and ends would not be heard');
  }

  private root(node: Extract<TexNode, { type: 'root' }>): string {
    if (!isSimple(node.of)) throw new UnreadableTex('where the root ends would not be heard');
    const of = this.list(node.of);
    if (node.degree === undefined) return this.words.root(of);
    if (this.list(node.degree) === '3') return this.words.cubeRoot(of);
    throw new UnreadableTex('the degree of the root has no short name');
  }

  private scripts(node: Extract<TexNode, { type: 'scripts' }>): string {
    if (node.base.type !== 'letter' && node.base.type !== 'number' && !(node.base.type === 'command' && greek.test(node.base.name))) {
      throw new UnreadableTex('what stands over or under it has no one reading');
    }
    if (node.below && !isSimple(node.below)) throw new UnreadableTex('where the index ends would not be heard');
    const index = node.below ? ` ${this.words.index(this.list(node.below))}` : '';
    const power = node.above ? ` ${this.power(node.above)}` : '';
    return `${this.node(node.base)}${index}${power}`;
  }

  private power(exponent: TexNode[]): string {
    const [only, second] = exponent;
    if (only?.type === 'number' && !second && only.value === '2') return this.words.squared;
    if (only?.type === 'number' && !second && only.value === '3') return this.words.cubed;
    if (only?.type === 'command' && only.name === 'circ' && !second) return this.sign('circ');
    if (only?.type === 'command' && only.name === 'prime' && !second) return this.sign("'");
    if (isSimple(exponent)) return this.words.power(this.list(exponent));
    if (exponent.length === 2 && only?.type === 'sign' && only.value === '-') return this.words.power(this.list(exponent));
    throw new UnreadableTex('where the exponent ends would not be heard');
  }
}

/**
 * Simple TeX as a voice says it: `a^2 + b^2` is "A squared plus b squared". What could be heard in two ways is refused.
 * @throws UnreadableTex
 */
export function spokenTex(tex: string, language: string): string {
  const nodes = texTree(tex);
  const [only, second] = nodes;
  if (only?.type === 'number' && !second) return only.value;
  const words = mathWords(language);
  if (!words) throw new UnreadableTex(`mathematics cannot be read aloud in the language "${language}" yet`);
  return new Speaker(words).list(nodes);
}
