import { expect, test } from 'vitest';
import { codeOfReply } from '../../../functions/author/scene/code-of-reply.ts';

const code = 'from manim import *\n\n\nclass Section(LessonScene):\n    def construct(self):\n        pass\n';
const other = code.replace('pass', 'self.wait()');

test.each([
  ['a fence', `\`\`\`python\n${code}\`\`\``],
  ['a fence without a language', `\`\`\`\n${code}\`\`\``],
  ['a fence of tildes', `~~~py\n${code}~~~`],
  ['a fence with Windows line ends', `\`\`\`python\n${code}\`\`\``.replaceAll('\n', '\r\n')],
  ['text around it', `Here is the scene.\n\n\`\`\`python\n${code}\`\`\`\n\nIt keeps to the beats.`],
  ['nothing around it', code],
  ['an opening sentence and no fence', `The module:\n\n${code}`],
  ['a fence that never closes', `\`\`\`python\n${code}`],
  ['a snippet before it', `First a helper:\n\`\`\`python\nx = 1\n\`\`\`\nAll of it:\n\`\`\`python\n${code}\`\`\``],
  ['a command after it', `\`\`\`python\n${code}\`\`\`\nTry it:\n\`\`\`sh\nmanim scene.py\n\`\`\``],
  ['a first version that it takes back', `\`\`\`python\n${other}\`\`\`\nNo, better:\n\`\`\`python\n${code}\`\`\``],
  ['a longer fence', `\`\`\`\`python\n${code}\`\`\`\``],
])('the module is found with %s', (_, reply) => {
  expect(codeOfReply(reply)).toBe(code);
});

test('a fence inside a string of the code does not end it', () => {
  const quoting = code.replace('pass', 'text = """\n        ```js\n        """');
  expect(codeOfReply(`\`\`\`python\n${quoting}\`\`\``)).toBe(quoting);
});

test('code that is cut in the middle is given as far as it goes', () => {
  expect(codeOfReply(`\`\`\`python\n${code.slice(0, -5)}`)).toBe(`${code.slice(0, -5).trimEnd()}\n`);
});

test.each([['words', 'I cannot draw that.'], ['a snippet', '```python\nx = 1\n```'], ['nothing', ''], ['a class in a sentence', 'The class Section(LessonScene) is missing.']])(
  'no module is found in %s',
  (_, reply) => {
    expect(codeOfReply(reply)).toBeUndefined();
  },
);
