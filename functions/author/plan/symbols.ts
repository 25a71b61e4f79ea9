import { texTree, UnreadableTex } from '../../lesson/tex/tree.ts';

const longestSymbol = 40;

/** A symbol without the marks that Markdown and LaTeX put round mathematics. */
export const bareSymbol = (symbol: string): string =>
  symbol.trim().replace(/^(?:\$+|\\\(|\\\[)\s*/, '').replace(/\s*(?:\$+|\\\)|\\\])$/, '').replaceAll(/\s+/g, ' ');

/** What two spellings of one symbol have in common: `x_{1}` and `x_1` are the same. */
export const symbolKey = (symbol: string): string => bareSymbol(symbol).replaceAll(/\s+/g, '').replaceAll(/\{(\\?[\p{L}\p{N}]+)\}/gu, (whole, inside: string) => (/^.$|^\\/u.test(inside) ? inside : whole));

/** Why something cannot be a symbol in LaTeX; undefined where it can. */
export function symbolFault(symbol: string): string | undefined {
  if (symbol === '') return 'is empty';
  if (symbol.length > longestSymbol) return 'is a formula rather than a symbol';
  if (symbol.includes('$')) return 'has a dollar sign in it';
  if (/=|\\(?:le|ge|leq|geq|approx|to)(?![a-zA-Z])/.test(symbol)) return 'is a formula rather than a symbol';
  const words = symbol.replaceAll(/\\[a-zA-Z]+\s*\{[^{}]*\}/g, '').replaceAll(/\\[a-zA-Z]+/g, '');
  if (/\p{L}{4,}|\p{L}{2,}\s+\p{L}{2,}/u.test(words)) return 'is a word rather than a symbol: write \\text{…} around words, or leave it out of the ledger';
  return treeFault(symbol);
}

function treeFault(symbol: string): string | undefined {
  try {
    texTree(symbol);
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableTex) return `is not LaTeX: ${error.message}`;
    throw error;
  }
}
