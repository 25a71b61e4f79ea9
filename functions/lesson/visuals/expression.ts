import { parse, type MathNode, type ConstantNode, type FunctionNode, type OperatorNode, type ParenthesisNode, type SymbolNode } from 'mathjs/number';
import { LecternError } from '../../../shared/errors.ts';
import type { Expression } from '../../../shared/contract/visuals/expression.ts';

/** Least and greatest number of operands of each function. */
const functionArity: Record<string, [number, number]> = {
  sqrt: [1, 1], abs: [1, 1], exp: [1, 1], ln: [1, 1], log: [1, 2], sin: [1, 1], cos: [1, 1], tan: [1, 1],
  asin: [1, 1], acos: [1, 1], atan: [1, 1], sinh: [1, 1], cosh: [1, 1], tanh: [1, 1], floor: [1, 1], ceil: [1, 1],
  sign: [1, 1], min: [2, 4], max: [2, 4], mod: [2, 2],
};
const constants: Record<string, number> = { pi: Math.PI, e: Math.E };
const binaryOperators: Record<string, string> = { add: '+', subtract: '-', multiply: '*', divide: '/', pow: '^' };

const charactersLimit = 200;
const depthLimit = 24;
/** Operations for one value of x, the terms of sums counted: keeps a curve of a thousand samples under a tenth of a second. */
const operationsLimit = 4000;

export const allowedInExpressions =
  'Write it with numbers, x (or t), pi, e, + - * / ^, sqrt, abs, exp, ln, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, ' +
  'floor, ceil, sign, min, max, mod and sum(k, 1, 9, ...), such as sin(2*x) + x^2/4.';

interface Context {
  source: string;
  line: number;
  /** Names that stand for numbers here, and what they are called in the tree. */
  variables: Map<string, string>;
  operations: number;
  /** How often what is being read is computed for one value of x. */
  repeats: number;
  depth: number;
}

const refuse = (context: Pick<Context, 'source' | 'line'>, why: string): LecternError =>
  new LecternError('lesson/expression', {
    message: `"${context.source}" is not an expression that can be plotted: ${why}`,
    fix: allowedInExpressions,
    line: context.line,
  });

/** What is typed or pasted by hand: signs that look like mathematics and are not ASCII. */
const plain = (source: string): string =>
  source
    .replace(/[−–]/g, '-').replace(/[·×⋅]/g, '*').replace(/÷/g, '/')
    .replace(/π/g, ' pi ').replace(/²/g, '^2').replace(/³/g, '^3').replace(/√\s*\(/g, 'sqrt(');

const operation = (context: Context, name: string, operands: MathNode[]): Expression => {
  context.operations += context.repeats;
  if (context.operations > operationsLimit) throw refuse(context, 'it is too long to compute for every point');
  return [name, ...operands.map((operand) => toExpression(operand, context))];
};

const sumExpression = (context: Context, operands: MathNode[]): Expression => {
  const [variable, first, last, body] = operands;
  if (operands.length !== 4 || !variable || !first || !last || !body || variable.type !== 'SymbolNode') {
    throw refuse(context, 'a sum is written sum(k, 1, 9, what is added)');
  }
  const name = (variable as SymbolNode).name;
  if (context.variables.has(name) || name in constants) throw refuse(context, `"${name}" already means something else; count with another letter`);
  const bounds = [first, last].map((bound) => constantValue(toExpression(bound, { ...context, variables: new Map() })));
  const [from = 0, to = 0] = bounds;
  if (!bounds.every(Number.isInteger) || to < from || to - from >= 200) {
    throw refuse(context, 'a sum goes from one whole number up to another, at most 200 steps');
  }
  const inner = { ...context, variables: new Map(context.variables).set(name, name), repeats: context.repeats * (to - from + 1) };
  const tree = toExpression(body, inner);
  context.operations = inner.operations;
  return ['sum', name, from, to, tree];
};

const functionExpression = (node: FunctionNode, context: Context): Expression => {
  const name = node.fn.type === 'SymbolNode' ? node.fn.name : '';
  if (name === 'sum') return sumExpression(context, node.args);
  const arity = Object.hasOwn(functionArity, name) ? functionArity[name] : undefined;
  if (arity) {
    if (node.args.length < arity[0] || node.args.length > arity[1]) throw refuse(context, `${name} takes ${arity[0]} number${arity[0] > 1 ? 's' : ''}`);
    return operation(context, name, node.args);
  }
  // The parser reads x(x+1) as a call of x.
  if (node.args.length === 1 && node.args[0] && (context.variables.has(name) || Object.hasOwn(constants, name))) {
    return operation(context, '*', [node.fn, node.args[0]]);
  }
  throw refuse(context, `there is no function "${name}" here`);
};

const operatorExpression = (node: OperatorNode, context: Context): Expression => {
  const operator = Object.hasOwn(binaryOperators, node.fn) ? binaryOperators[node.fn] : undefined;
  if (operator) return operation(context, operator, node.args);
  if (node.fn === 'unaryMinus') return operation(context, 'negative', node.args);
  if (node.fn === 'unaryPlus' && node.args[0]) return toExpression(node.args[0], context);
  if (node.fn === 'mod') return operation(context, 'mod', node.args);
  throw refuse(context, `"${String(node.op)}" cannot be used here`);
};

const symbolExpression = (name: string, context: Context): Expression => {
  const variable = context.variables.get(name);
  if (variable !== undefined) return variable;
  if (Object.hasOwn(constants, name)) return name;
  if (Object.hasOwn(functionArity, name)) throw refuse(context, `write ${name}(...) with brackets`);
  throw refuse(context, context.variables.size === 0 ? `"${name}" has no value here; a number is needed` : `"${name}" is not known here`);
};

function toExpression(node: MathNode, context: Context): Expression {
  context.depth += 1;
  if (context.depth > depthLimit) throw refuse(context, 'it is nested too deeply');
  try {
    switch (node.type) {
      case 'ConstantNode': {
        const value: unknown = (node as ConstantNode).value;
        if (typeof value !== 'number' || !Number.isFinite(value)) throw refuse(context, 'only numbers, variables and operations make an expression');
        return value;
      }
      case 'ParenthesisNode': return toExpression((node as ParenthesisNode).content, context);
      case 'SymbolNode': return symbolExpression((node as SymbolNode).name, context);
      case 'OperatorNode': return operatorExpression(node as OperatorNode, context);
      case 'FunctionNode': return functionExpression(node as FunctionNode, context);
      case 'AssignmentNode':
      case 'FunctionAssignmentNode': throw refuse(context, 'write only what stands right of the equals sign');
      default: throw refuse(context, 'only numbers, variables and operations make an expression');
    }
  } finally {
    context.depth -= 1;
  }
}

const read = (source: string, line: number, variables: Map<string, string>): Expression => {
  const context: Context = { source, line, variables, operations: 0, repeats: 1, depth: 0 };
  if (source.trim() === '') throw refuse(context, 'it is empty');
  if (source.length > charactersLimit) throw refuse({ source: `${source.slice(0, 40)}…`, line }, `it is longer than ${charactersLimit} characters`);
  if (source.includes('|')) throw refuse(context, 'write abs(x) for |x|');
  let node: MathNode;
  try {
    node = parse(plain(source));
  } catch (cause) {
    throw refuse(context, cause instanceof Error ? cause.message : String(cause));
  }
  return toExpression(node, context);
};

/**
 * Reads a function of x (or of t, which means the same). Nothing is evaluated: the result is data.
 *
 * @throws LecternError `lesson/expression` naming the line and what may be written
 */
export const readExpression = (source: string | number, line: number): Expression =>
  read(String(source), line, new Map([['x', 'x'], ['t', 'x']]));

/**
 * Reads a number that may be written as an expression, such as `-pi/2` or `sqrt(2)`.
 *
 * @throws LecternError `lesson/expression` where it is none, or not finite
 */
export const readNumber = (source: string | number, line: number): number => {
  const value = constantValue(read(String(source), line, new Map()));
  if (!Number.isFinite(value)) throw refuse({ source: String(source), line }, 'it has no value');
  return value;
};

const numericFunctions: Record<string, (...operands: number[]) => number> = {
  '+': (a = 0, b = 0) => a + b, '-': (a = 0, b = 0) => a - b, '*': (a = 0, b = 0) => a * b, '/': (a = 0, b = 1) => a / b,
  '^': (a = 0, b = 0) => a ** b, negative: (a = 0) => -a, ln: Math.log, mod: (a = 0, b = 1) => a - b * Math.floor(a / b),
  log: (a = 0, base = Math.E) => Math.log(a) / Math.log(base),
  sqrt: Math.sqrt, abs: Math.abs, exp: Math.exp, sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, floor: Math.floor, ceil: Math.ceil, sign: Math.sign, min: Math.min, max: Math.max,
};

function constantValue(tree: Expression): number {
  if (typeof tree === 'number') return tree;
  if (typeof tree === 'string') return constants[tree] ?? Number.NaN;
  const [name, ...operands] = tree;
  return numericFunctions[String(name)]?.(...operands.map(constantValue)) ?? Number.NaN;
}
