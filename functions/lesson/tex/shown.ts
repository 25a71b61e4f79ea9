import { type TexNode, texTree, UnreadableTex } from './tree.ts';

const greek: Record<string, string> = {
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', varepsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', vartheta: 'θ', iota: 'ι', kappa: 'κ',
  lambda: 'λ', mu: 'μ', nu: 'ν', xi: 'ξ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', upsilon: 'υ', phi: 'φ', varphi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω',
  Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Xi: 'Ξ', Pi: 'Π', Sigma: 'Σ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω',
};
const relations: Record<string, string> = {
  le: '≤', leq: '≤', ge: '≥', geq: '≥', ne: '≠', neq: '≠', approx: '≈', equiv: '≡', sim: '∼', in: '∈', notin: '∉', subset: '⊂', to: '→', rightarrow: '→',
  Rightarrow: '⇒', iff: '⇔', mapsto: '↦', lt: '<', gt: '>', ll: '≪', gg: '≫', propto: '∝', times: '×', cdot: '·', pm: '±', div: '÷', cup: '∪', cap: '∩',
  rightleftharpoons: '⇌', longrightarrow: '→',
};
const ordinary: Record<string, string> = {
  infty: '∞', partial: '∂', nabla: '∇', sum: '∑', prod: '∏', int: '∫', ldots: '…', dots: '…', cdots: '…', forall: '∀', exists: '∃', circ: '°', prime: '′',
  degree: '°', hbar: 'ℏ', ell: 'ℓ', emptyset: '∅', angle: '∠', triangle: '△', perp: '⊥', parallel: '∥', mid: '|', lvert: '|', rvert: '|', star: '⋆',
};
const functions = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'log', 'ln', 'exp', 'lim', 'max', 'min', 'arcsin', 'arccos', 'arctan', 'sinh', 'cosh', 'tanh', 'det', 'gcd', 'mod']);
const raised: Record<string, string> = {
  0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹', '+': '⁺', '-': '⁻', '−': '⁻', '=': '⁼', '(': '⁽', ')': '⁾', n: 'ⁿ', i: 'ⁱ',
  a: 'ᵃ', b: 'ᵇ', c: 'ᶜ', d: 'ᵈ', k: 'ᵏ', m: 'ᵐ', p: 'ᵖ', t: 'ᵗ', x: 'ˣ', y: 'ʸ', '′': '′', '°': '°', T: 'ᵀ',
};
const lowered: Record<string, string> = {
  0: '₀', 1: '₁', 2: '₂', 3: '₃', 4: '₄', 5: '₅', 6: '₆', 7: '₇', 8: '₈', 9: '₉', '+': '₊', '-': '₋', '−': '₋', '=': '₌', '(': '₍', ')': '₎',
  a: 'ₐ', e: 'ₑ', i: 'ᵢ', j: 'ⱼ', k: 'ₖ', m: 'ₘ', n: 'ₙ', o: 'ₒ', p: 'ₚ', r: 'ᵣ', s: 'ₛ', t: 'ₜ', x: 'ₓ',
};

/** Signs with a space on both sides, unless they stand first or after another such sign: `-3`, `2 - 3`. */
const spaced = new Set(['=', '<', '>', '+', '-', '−', ...Object.values(relations)]);
/** Where a minus or plus can only be a sign of its number. */
const opening = new Set([...spaced, '(', '[', ',', '|', '±']);

const script = (nodes: TexNode[], letters: Record<string, string>, mark: string): string => {
  const text = shownNodes(nodes).replaceAll(' ', '');
  const characters = [...text];
  if (characters.every((character) => character in letters)) return characters.map((character) => letters[character]).join('');
  return characters.length === 1 ? `${mark}${text}` : `${mark}(${text})`;
};

/** In parentheses where it would otherwise be read with what stands beside it. */
const bracketed = (nodes: TexNode[]): string => {
  const text = shownNodes(nodes);
  return /^[\p{L}\d.,]+[\p{No}\p{Lm}]*$/u.test(text) ? text : `(${text})`;
};

const rootSigns: Record<string, string> = { 3: '∛', 4: '∜' };

function shownNode(node: TexNode): string {
  switch (node.type) {
    case 'letter': case 'number': case 'text': return node.value;
    case 'sign': return node.value === '-' ? '−' : node.value === '*' ? '·' : node.value === "'" ? '′' : node.value;
    case 'group': return shownNodes(node.children);
    case 'fraction': return `${bracketed(node.above)}/${bracketed(node.below)}`;
    case 'root': {
      const degree = node.degree && shownNodes(node.degree);
      return `${degree === undefined ? '√' : (rootSigns[degree] ?? `${script(node.degree ?? [], raised, '^')}√`)}${bracketed(node.of)}`;
    }
    case 'scripts': {
      const below = node.below ? script(node.below, lowered, '_') : '';
      return `${shownNode(node.base)}${below}${node.above ? script(node.above, raised, '^') : ''}`;
    }
    case 'command': return shownCommand(node.name);
  }
}

function shownCommand(name: string): string {
  const sign = greek[name] ?? relations[name] ?? ordinary[name] ?? (functions.has(name) ? name : undefined);
  if (sign !== undefined) return sign;
  throw new UnreadableTex(`\\${name} has no plain form`);
}

const isFunction = (node: TexNode | undefined): boolean =>
  node?.type === 'scripts' ? isFunction(node.base) : node?.type === 'command' && functions.has(node.name);

function shownNodes(nodes: TexNode[]): string {
  let text = '';
  let previous: string | undefined;
  nodes.forEach((node, index) => {
    const sign = shownNode(node);
    const signOfNumber = /^[−+]$/.test(sign) && (previous === undefined || opening.has(previous));
    if (spaced.has(sign) && !signOfNumber && text !== '') text += ` ${sign} `;
    else if (sign === ',') text += ', ';
    else if (isFunction(nodes[index - 1]) && /^[\p{L}\d√]/u.test(sign)) text += ` ${sign}`;
    else text += isFunction(node) && /[\p{L}\d]$/u.test(text) ? ` ${sign}` : sign;
    previous = sign;
  });
  return text.replaceAll('  ', ' ').trim();
}

/**
 * Simple TeX as captions and transcripts show it: `a^2 \le \alpha` is "a² ≤ α".
 * @throws UnreadableTex
 */
export const shownTex = (tex: string): string => shownNodes(texTree(tex));
