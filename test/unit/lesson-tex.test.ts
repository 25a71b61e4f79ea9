import { describe, expect, test } from 'vitest';
import { shownTex } from '../../functions/lesson/tex/shown.ts';
import { spokenTex } from '../../functions/lesson/tex/spoken.ts';
import { UnreadableTex } from '../../functions/lesson/tex/tree.ts';

describe('mathematics in a sentence', () => {
  test.each([
    ['a^2+b^2=c^2', 'a² + b² = c²', 'A squared plus b squared equals c squared', 'a al cuadrado más b al cuadrado es igual a c al cuadrado'],
    ['\\frac{1}{2}', '1/2', 'one half', 'un medio'],
    ['x \\le -3', 'x ≤ −3', 'x is at most minus 3', 'x es como mucho menos 3'],
    ['\\pi r^2', 'πr²', 'pi r squared', 'pi r al cuadrado'],
    ['f(x)=x^3', 'f(x) = x³', 'f of x equals x cubed', 'f de x es igual a x al cubo'],
    ['\\sin(2x)', 'sin(2x)', 'sine 2 x', 'seno de 2 x'],
    ['\\sqrt{2}', '√2', 'the square root of 2', 'raíz cuadrada de 2'],
    ['90^\\circ', '90°', '90 degrees', '90 grados'],
    ['x_1', 'x₁', 'x sub 1', 'x sub 1'],
    ['2^{-1}', '2⁻¹', '2 to the minus 1', '2 elevado a menos 1'],
    ['3.5\\%', '3.5%', '3.5 percent', '3.5 por ciento'],
    ['\\alpha \\to \\infty', 'α → ∞', 'alpha to infinity', 'alpha tiende a infinito'],
  ])('%s is shown as %s', (tex, shown, english, spanish) => {
    expect(shownTex(tex)).toBe(shown);
    expect(spokenTex(tex, 'en-GB')).toBe(english);
    expect(spokenTex(tex, 'es')).toBe(spanish);
  });

  test.each(['a(b+c)', '\\frac{a+b}{2}', '\\sqrt{x+1}', '2^{n+1}', '\\sum_{k=1}^n k', 'x_{i+1}', '\\nosuch', 'a^', '{a', 'a}', '|x|', 'a^2^3'])(
    '%s could be heard in two ways, or not at all, and is refused',
    (tex) => expect(() => spokenTex(tex, 'en')).toThrow(UnreadableTex),
  );

  test('a number is read in every language, other mathematics only in those that are known', () => {
    expect(spokenTex('42', 'sw')).toBe('42');
    expect(() => spokenTex('a+b', 'sw')).toThrow('language "sw"');
  });

  test('what has no plain form is refused, and what is longer than a sign gets brackets', () => {
    expect(() => shownTex('\\begin{x}')).toThrow(UnreadableTex);
    expect(shownTex('\\frac{a+b}{2} \\cdot 2^{qz}')).toBe('(a + b)/2 · 2^(qz)');
  });
});
