import { describe, expect, test } from 'vitest';
import { parseDockerfile, readAssignments } from '../../../functions/deploy/dockerfile.ts';
import { imageRecipe } from '../../../functions/deploy/image-recipe.ts';

const noContext = () => Promise.reject(new Error('nothing is copied here'));
const recipeOf = (...lines: string[]) => imageRecipe(parseDockerfile(['FROM debian:12', ...lines].join('\n')), noContext);

describe('a Dockerfile', () => {
  test('is read with its lines joined, and without its comments', () => {
    const { base, instructions } = parseDockerfile('# an image\nFROM debian:12\nARG A=1\nRUN one \\\n  # why\n  && two \\\n    three\n');
    expect(base).toBe('debian:12');
    expect(instructions).toEqual([
      { keyword: 'ARG', flags: [], text: 'A=1', line: 3 },
      { keyword: 'RUN', flags: [], text: 'one && two three', line: 4 },
    ]);
  });

  test('keeps quotes and dollars of its commands as they are', () => {
    const command = String.raw`printf '%s\n' "$HOME" && test "a b" = 'a b'`;
    expect(parseDockerfile(`FROM a\nRUN ${command}`).instructions[0]?.text).toBe(command);
  });

  test('sets what ENV and ARG say', () => {
    const [first] = parseDockerfile('FROM a\nENV A=1 B="two words" \\\n  C=/x:/y').instructions;
    expect(first && readAssignments(first)).toEqual([['A', '1'], ['B', 'two words'], ['C', '/x:/y']]);
  });

  test.each([
    ['a second stage', 'FROM b\nRUN x', 'only FROM'],
    ['a here-document', 'RUN <<END\necho a\nEND', 'here-document'],
    ['an instruction that is not known', 'ONBUILD RUN x', 'ONBUILD'],
    ['a copy with a flag', 'COPY --chown=1 a /b/', '--chown=1'],
    ['a copy in brackets', 'COPY ["a", "/b/"]', 'no source and target'],
  ])('is refused with %s', async (_, line, words) => {
    const refused = (async () => recipeOf(line))();
    await expect(refused).rejects.toMatchObject({ code: 'bad_dockerfile', message: expect.stringContaining(words) as string });
  });

  test('is refused where it copies what is not there', async () => {
    await expect(recipeOf('COPY a /b/')).rejects.toThrow('nothing is copied here');
  });

  test('leaves out how containers are run, which whoever starts a sandbox says there', async () => {
    const { commands } = await recipeOf('RUN x', 'USER 10001', 'EXPOSE 80', 'HEALTHCHECK CMD ["x"]', 'ENTRYPOINT ["x"]', 'CMD ["y"]');
    expect(commands).toEqual(['RUN x']);
  });
});
