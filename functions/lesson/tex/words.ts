/** How mathematics is read aloud in one language. */
export interface MathWords {
  /** Signs and commands by their TeX name. */
  signs: Record<string, string>;
  /** A letter whose bare form would be read as a word. */
  letters: Record<string, string>;
  squared: string;
  cubed: string;
  power: (exponent: string) => string;
  index: (index: string) => string;
  over: (above: string, below: string) => string;
  /** Fractions that have a name of their own, as `1/2`. */
  fractions: Record<string, string>;
  root: (of: string) => string;
  cubeRoot: (of: string) => string;
  applied: (name: string, to: string) => string;
  minus: string;
}

const alike = (signs: Record<string, string>): Record<string, string> => ({
  ...signs,
  leq: signs['le'] ?? '', geq: signs['ge'] ?? '', neq: signs['ne'] ?? '', '*': signs['times'] ?? '', cdot: signs['times'] ?? '', '×': signs['times'] ?? '',
  '·': signs['times'] ?? '', rightarrow: signs['to'] ?? '', lt: signs['<'] ?? '', gt: signs['>'] ?? '', dots: signs['ldots'] ?? '', cdots: signs['ldots'] ?? '',
  '≤': signs['le'] ?? '', '≥': signs['ge'] ?? '', '≠': signs['ne'] ?? '', '≈': signs['approx'] ?? '', '−': signs['-'] ?? '', '→': signs['to'] ?? '', 'π': 'pi', '∞': signs['infty'] ?? '',
});

const english: MathWords = {
  signs: alike({
    '=': 'equals', '+': 'plus', '-': 'minus', times: 'times', div: 'divided by', pm: 'plus or minus', '<': 'is less than', '>': 'is greater than', le: 'is at most',
    ge: 'is at least', ne: 'is not equal to', approx: 'is about', infty: 'infinity', to: 'to', ldots: 'and so on', '%': 'percent', '!': 'factorial', "'": 'prime',
    sin: 'sine', cos: 'cosine', tan: 'tangent', log: 'log', ln: 'the natural log of', in: 'is in', ',': ',', circ: 'degrees', '/': 'over',
  }),
  letters: { a: 'A' },
  squared: 'squared', cubed: 'cubed', power: (exponent) => `to the ${exponent}`, index: (index) => `sub ${index}`, over: (above, below) => `${above} over ${below}`,
  fractions: { '1/2': 'one half', '1/3': 'one third', '2/3': 'two thirds', '1/4': 'one quarter', '3/4': 'three quarters' },
  root: (of) => `the square root of ${of}`, cubeRoot: (of) => `the cube root of ${of}`, applied: (name, to) => `${name} of ${to}`, minus: 'minus',
};

const spanish: MathWords = {
  signs: alike({
    '=': 'es igual a', '+': 'más', '-': 'menos', times: 'por', div: 'entre', pm: 'más menos', '<': 'es menor que', '>': 'es mayor que', le: 'es como mucho',
    ge: 'es al menos', ne: 'no es igual a', approx: 'es más o menos', infty: 'infinito', to: 'tiende a', ldots: 'y así sucesivamente', '%': 'por ciento', '!': 'factorial',
    "'": 'prima', sin: 'seno de', cos: 'coseno de', tan: 'tangente de', log: 'logaritmo de', ln: 'logaritmo natural de', in: 'está en', ',': ',', circ: 'grados', '/': 'entre',
  }),
  letters: { y: 'i griega' },
  squared: 'al cuadrado', cubed: 'al cubo', power: (exponent) => `elevado a ${exponent}`, index: (index) => `sub ${index}`, over: (above, below) => `${above} entre ${below}`,
  fractions: { '1/2': 'un medio', '1/3': 'un tercio', '2/3': 'dos tercios', '1/4': 'un cuarto', '3/4': 'tres cuartos' },
  root: (of) => `raíz cuadrada de ${of}`, cubeRoot: (of) => `raíz cúbica de ${of}`, applied: (name, to) => `${name} de ${to}`, minus: 'menos',
};

const german: MathWords = {
  signs: alike({
    '=': 'gleich', '+': 'plus', '-': 'minus', times: 'mal', div: 'geteilt durch', pm: 'plus minus', '<': 'kleiner als', '>': 'größer als', le: 'höchstens', ge: 'mindestens',
    ne: 'ungleich', approx: 'ungefähr', infty: 'unendlich', to: 'gegen', ldots: 'und so weiter', '%': 'Prozent', '!': 'Fakultät', "'": 'Strich', sin: 'Sinus',
    cos: 'Kosinus', tan: 'Tangens', log: 'Logarithmus', ln: 'natürlicher Logarithmus von', in: 'aus', ',': ',', circ: 'Grad', '/': 'durch',
  }),
  letters: {},
  squared: 'Quadrat', cubed: 'hoch drei', power: (exponent) => `hoch ${exponent}`, index: (index) => index, over: (above, below) => `${above} durch ${below}`,
  fractions: { '1/2': 'ein Halb', '1/3': 'ein Drittel', '2/3': 'zwei Drittel', '1/4': 'ein Viertel', '3/4': 'drei Viertel' },
  root: (of) => `Wurzel aus ${of}`, cubeRoot: (of) => `dritte Wurzel aus ${of}`, applied: (name, to) => `${name} von ${to}`, minus: 'minus',
};

const french: MathWords = {
  signs: alike({
    '=': 'égale', '+': 'plus', '-': 'moins', times: 'fois', div: 'divisé par', pm: 'plus ou moins', '<': 'est plus petit que', '>': 'est plus grand que', le: 'est au plus',
    ge: 'est au moins', ne: 'est différent de', approx: 'vaut environ', infty: 'l’infini', to: 'tend vers', ldots: 'et ainsi de suite', '%': 'pour cent', '!': 'factorielle',
    "'": 'prime', sin: 'sinus', cos: 'cosinus', tan: 'tangente', log: 'logarithme', ln: 'logarithme naturel de', in: 'est dans', ',': ',', circ: 'degrés', '/': 'sur',
  }),
  letters: { y: 'i grec' },
  squared: 'au carré', cubed: 'au cube', power: (exponent) => `puissance ${exponent}`, index: (index) => `indice ${index}`, over: (above, below) => `${above} sur ${below}`,
  fractions: { '1/2': 'un demi', '1/3': 'un tiers', '2/3': 'deux tiers', '1/4': 'un quart', '3/4': 'trois quarts' },
  root: (of) => `racine carrée de ${of}`, cubeRoot: (of) => `racine cubique de ${of}`, applied: (name, to) => `${name} de ${to}`, minus: 'moins',
};

const languages: Record<string, MathWords> = { en: english, es: spanish, de: german, fr: french };

/** The words of a language (BCP 47); undefined where mathematics cannot be read in it. */
export const mathWords = (language: string): MathWords | undefined => languages[language.split('-')[0] ?? ''];
