/** A kind of text that has no sound, or would be spelt out sign by sign. */
interface Kind {
  pattern: RegExp;
  fault: (found: string) => string;
}

const kinds: Kind[] = [
  { pattern: /\\[a-zA-Z]+(?:\{[^{}]*\})*|[_^]\{[^{}]*\}?|\p{L}\^[\p{L}\d]+|(?<!\p{L})\p{L}_[\p{L}\d]+/u, fault: (found) => `“${found}” is LaTeX outside of $…$` },
  { pattern: /(?:https?:\/\/|www\.)\S+|\b[\w-]+\.(?:com|org|net|edu|io)\b/i, fault: (found) => `“${found}” is an address` },
  { pattern: /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F/u, fault: () => 'there is an emoji in it' },
  { pattern: /[←→↑↓↔⇐⇒⇔⟶⟹↦⇌]/u, fault: (found) => `“${found}” is an arrow: say what it means` },
  { pattern: /[∑∏∫√∛∂∇∞≤≥≠≈≡∼∝∈∉⊂⊆∪∩∀∃∅∠⊥∥⁄]/u, fault: (found) => `“${found}” is a sign of mathematics outside of $…$` },
  { pattern: /[\p{L}\p{N})]+[⁰¹²³⁴-⁹⁺⁻⁽⁾ⁿ]+/u, fault: (found) => `“${found}” has raised digits: write it between dollar signs, or in words` },
  { pattern: /\*\*|(?<!\p{L})#{1,6}(?!\p{N})|\|.*\|/u, fault: (found) => `“${found.slice(0, 20)}” is a mark of Markdown` },
  { pattern: /\$/u, fault: () => 'a dollar sign stands alone in it: put formulas between two, and write money in words' },
  { pattern: /=>|==|&&|\|\||\w+\(\)|;\s*$/u, fault: (found) => `“${found}” is code` },
];

/** What in a piece of plain text cannot be spoken; empty where all can. */
export const unspeakable = (text: string): string[] => kinds.flatMap(({ pattern, fault }) => {
  const found = pattern.exec(text);
  return found ? [fault(found[0].trim())] : [];
});

/** Whether a piece of code can be read aloud as words: a name, or a number. */
export const isSpeakableCode = (code: string): boolean => /^-?[\p{L}\p{N}]+(?:[ .][\p{L}\p{N}]+)*$/u.test(code);

/** Whether what stands between dollar signs is prose, as in “from $5 to $10”. */
export const isProse = (tex: string): boolean => {
  const bare = tex.replaceAll(/\\(?:text|textrm|mathrm|operatorname|mathbf|mathit|mathsf)\s*\{[^{}]*\}/g, '').replaceAll(/\\[a-zA-Z]+/g, '');
  return /\p{L}{3,}/u.test(bare) || /(?<!\p{L})\p{L}{2,}\s+\S/u.test(bare);
};

const lowered: Record<string, string> = { '₀': '0', '₁': '1', '₂': '2', '₃': '3', '₄': '4', '₅': '5', '₆': '6', '₇': '7', '₈': '8', '₉': '9' };

/** A name with lowered digits as a voice can read it: “CO₂” is “CO2”. */
export const withoutLowered = (text: string): string => text.replaceAll(/[₀-₉]/gu, (digit) => lowered[digit] ?? digit);
