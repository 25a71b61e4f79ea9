import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExpression, readNumber } from '../../functions/lesson/visuals/expression.ts';
import { LecternError } from '../../shared/errors.ts';

const faultOf = (source: string): LecternError => {
  try {
    readExpression(source, 7);
  } catch (error) {
    if (error instanceof LecternError) return error;
    throw error;
  }
  throw new Error(`"${source}" was accepted`);
};

describe('expressions', () => {
  it('become nested lists', () => {
    expect(readExpression('x^2 + 1', 1)).toEqual(['+', ['^', 'x', 2], 1]);
    expect(readExpression('-x^2', 1)).toEqual(['negative', ['^', 'x', 2]]);
    expect(readExpression('2 sin(pi x)/3', 1)).toEqual(['/', ['*', 2, ['sin', ['*', 'pi', 'x']]], 3]);
    expect(readExpression('x % 2', 1)).toEqual(['mod', 'x', 2]);
  });

  it('take what a hand writes: signs, implicit products, t for x', () => {
    expect(readExpression('2x·x − π', 1)).toEqual(readExpression('2*x*x - pi', 1));
    expect(readExpression('x² + √(x)', 1)).toEqual(readExpression('x^2 + sqrt(x)', 1));
    expect(readExpression('t(t+1)', 1)).toEqual(['*', 'x', ['+', 'x', 1]]);
    expect(readExpression(3, 1)).toBe(3);
  });

  it('add up with sum, whose letter counts only inside it', () => {
    expect(readExpression('sum(k, 1, 9, sin(k x)/k)', 1)).toEqual(['sum', 'k', 1, 9, ['/', ['sin', ['*', 'k', 'x']], 'k']]);
    expect(faultOf('sum(k, 1, 9, k) + k').message).toContain('"k"');
    expect(faultOf('sum(x, 1, 9, x)').message).toContain('already means');
  });

  it.each([
    '', ' ', 'x +', 'y', 'x = 3', 'f(x) = x', '[1, 2]', 'a.b', 'x.constructor', '"text"', 'x > 2 ? 1 : 0', 'x!', 'import("fs")', 'eval("1")',
    'sin x', 'sin', 'sin()', 'sin(1, 2)', 'constructor(1)', 'toString()', '__proto__', '5 cm', 'x; x', '|x|', 'sum(k, 1, 9)', 'sum(k, 1, x, k)',
    'sum(k, 1, 1e9, k)', 'sum(k, 5, 1, k)', 'true', 'i', '1e999', 'x and x', '{a: 1}', 'x[1]', "x'",
  ])('refuse %j, with the line and what is allowed', (source) => {
    const fault = faultOf(source);
    expect(fault.code).toBe('lesson/expression');
    expect(fault.line).toBe(7);
    expect(fault.fix).toContain('sqrt, abs, exp');
  });

  it('are bounded in length, depth and work', () => {
    expect(faultOf('x+'.repeat(150) + 'x').message).toContain('longer than');
    expect(faultOf('('.repeat(80) + 'x' + ')'.repeat(80)).message).toContain('deeply');
    expect(faultOf('sum(k,1,150,sum(m,1,150,k+m))').message).toContain('too long to compute');
  });

  it('never fail in another way, whatever is typed', () => {
    const pieces = fc.constantFrom('x', '2', '(', ')', '+', '-', '^', '/', 'sin', 'sum', ',', 'k', ' ', '[', '"', '=', '.', 'pi', ';', '%', '!', ':', '{');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')), (source) => {
      try {
        expect(JSON.stringify(readExpression(source, 1))).not.toContain('null');
      } catch (error) {
        expect(error).toBeInstanceOf(LecternError);
      }
    }), { numRuns: 400 });
  });

  it('give numbers where numbers are asked for', () => {
    expect(readNumber('-pi/2', 1)).toBeCloseTo(-Math.PI / 2);
    expect(readNumber('2 sqrt(2)', 1)).toBeCloseTo(2 * Math.SQRT2);
    expect(() => readNumber('1/0', 3)).toThrow(/no value/);
    expect(() => readNumber('x', 3)).toThrow(/a number is needed/);
  });
});
