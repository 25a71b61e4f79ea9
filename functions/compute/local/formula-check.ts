import type { FormulaCheck } from '../port.ts';
import type { TexCompiler } from './tex-compiler.ts';
import type { TexDocument } from './tex-document.ts';

/**
 * The document that `MathTex(formula)` of Manim 0.22 compiles within a lesson: `lectern_render.settings` has the template. Manim also mends unbalanced braces by
 * guessing; a formula that needs this is reported, since the guess is seldom what was meant.
 */
export const formulaDocument = (formula: string): TexDocument => ({
  compiler: 'latex',
  outputFormat: '.dvi',
  source: [
    String.raw`\documentclass[preview]{standalone}`,
    String.raw`\usepackage[english]{babel}`,
    String.raw`\usepackage{amsmath}`,
    String.raw`\usepackage{amssymb}`,
    String.raw`\usepackage{mathtools}`,
    String.raw`\usepackage{xcolor}`,
    String.raw`\begin{document}`,
    String.raw`\begin{align*}`,
    String.raw`\special{dvisvgm:raw <g id='unique000'>}${formula}\special{dvisvgm:raw </g>}`,
    String.raw`\end{align*}`,
    String.raw`\end{document}`,
  ].join('\n'),
});

/** Finds the formulas that do not compile. Those that do are in the TeX cache afterwards, for the scenes to find. */
export const createFormulaCheck = (tex: TexCompiler): FormulaCheck => ({
  async check(formulas, signal) {
    const faults = await tex.compile(formulas.map(formulaDocument), signal);
    return formulas.flatMap((formula, index) => {
      const fault = faults[index];
      return fault === null || fault === undefined ? [] : [{ formula, message: explain(fault.message) }];
    });
  },
});

/** TeX meets the end of the file long after what it is about. */
const explain = (message: string): string =>
  /^! (File ended|LaTeX Error: \\begin\{.*ended by)/.test(message) ? `${message} A brace or an environment is not closed.` : message;
