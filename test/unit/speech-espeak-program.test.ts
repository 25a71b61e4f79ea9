import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { say, speak, tell, wordPositions } from '../support/espeak-command.ts';

describe('the speech program', { timeout: 60_000 }, () => {
  it('answers several requests in turn, each as a fresh process would', async () => {
    const texts = ['The first one speaks.', 'A second, quite different sentence follows here.', 'The first one speaks.'];
    const { answers, status, stderr } = await tell([...texts.map((text, id) => speak(text, { id })), '', speak('¿Y la cuarta?', { id: 'four', voice: 'es' })]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(answers.map(({ header }) => header.id)).toEqual([0, 1, 2, 'four']);
    // One instance that is used again would change the sound of the third.
    expect(answers[2]?.samples.equals(answers[0]?.samples as Buffer)).toBe(true);
    expect(answers[2]?.header.events).toEqual(answers[0]?.header.events);
    const [alone] = (await tell([speak(texts[1] as string, { id: 1 })])).answers;
    expect(alone).toEqual(answers[1]);
  });

  it('says the same, bit by bit, in processes side by side', async () => {
    const [first, ...others] = await Promise.all(Array.from({ length: 3 }, () => say('Determinism is a virtue.')));
    for (const other of others) expect(other).toEqual(first);
  });

  it('gives sound that is its own: samples that were not copied would repeat the last buffer', async () => {
    const { samples, header } = await say('One. Two. Three. Four. Five. Six.');
    expect(samples.length).toBe(header.bytes);
    const size = 2048;
    const buffers = new Set(Array.from({ length: Math.floor(samples.length / size) }, (_, index) => samples.toString('latin1', index * size, (index + 1) * size)).filter((part) => /[^\0]/.test(part)));
    expect(buffers.size).toBeGreaterThan(samples.length / size / 2);
  });

  it('ends its events with the sound', async () => {
    const { samples, header } = await say('This is where it ends.');
    expect(header.events?.at(-1)).toMatchObject({ type: 'end' });
    expect(header.events?.at(-1)?.milliseconds).toBeCloseTo((samples.length / 2 / 22_050) * 1000, -1);
  });

  const plainly: [string, string, string][] = [
    ['a tag', 'If x<y then z follows here.', 'If x y then z follows here.'],
    ['a break', 'Wait<break time="3s"/>now.', 'Wait break time="3s"/ now.'],
    ['phonemes', 'This [[b]] stays.', 'This   b   stays.'],
    ['brackets in a row', 'This [[[b]]] stays.', 'This    b    stays.'],
    ['control characters', 'Before\u0000after\u001bthat.', 'Before after that.'],
  ];

  it('reads markup as text', async () => {
    const { answers } = await tell(plainly.flatMap(([, marked, plain]) => [speak(marked), speak(plain)]));
    plainly.forEach(([name], index) => expect(answers[2 * index]?.samples.equals(answers[2 * index + 1]?.samples as Buffer), name).toBe(true));
  });

  it('keeps positions of the text that it was given, in code points from 0', async () => {
    const text = '𝑥 & y: R&D <b>bold</b> 😀 &lt; done';
    const characters = Array.from(text);
    const positions = wordPositions(await say(text));
    const starts = positions.map((position) => characters.slice(position).join('').split(/[\s<>&:/]/)[0]);
    expect(starts).toEqual(expect.arrayContaining(['y', 'R', 'D', 'bold', 'lt;', 'done']));
    expect(positions).toContain(characters.indexOf('&'));
    expect(Math.max(...positions)).toBeLessThan(characters.length);
  });

  it('runs function words together, as its readers have to know', async () => {
    const text = 'The area of the square.';
    expect(wordPositions(await say(text))).toEqual(['The', 'area', 'of the', 'square'].map((words) => text.indexOf(words)));
  });

  it('has voices for many languages, by the names of their languages', async () => {
    const texts: Record<string, string> = { cmn: '你好，世界。', yue: '你好，世界。', ja: 'こんにちは。', ru: 'Привет, мир.', hi: 'नमस्ते दुनिया', ar: 'مرحبا بالعالم' };
    const names = ['en-us', 'en-gb', 'en-gb-x-rp', 'es', 'es-419', 'fr-fr', 'de', 'it', 'pt-br', ...Object.keys(texts)];
    const { answers } = await tell(names.map((voice) => speak(texts[voice] ?? 'Radio, hotel, animal.', { voice })));
    answers.forEach(({ header, samples }, index) => {
      expect(header, names[index]).toMatchObject({ type: 'speech', sampleRate: 22_050 });
      expect(samples.length, names[index]).toBeGreaterThan(22_050);
    });
    const sounds = new Set(answers.map(({ samples }) => samples.toString('latin1')));
    expect(sounds.size).toBe(names.length);
  });

  it('speaks another way with another variant', async () => {
    const [usual, other] = await Promise.all([say('Hello there.'), say('Hello there.', { variant: 'f3' })]);
    expect(other.samples.equals(usual.samples)).toBe(false);
  });

  it('lists its voices and variants', async () => {
    const { answers } = await tell([{ id: 1, type: 'voices' }]);
    const { voices, variants } = answers[0]?.header ?? {};
    expect(voices?.length).toBeGreaterThan(100);
    expect(voices?.find(({ identifier }) => identifier === 'gmw/en-US')?.languages[0]?.name).toBe('en-us');
    expect(variants).toContain('f3');
  });

  it('refuses what it cannot do, and goes on', async () => {
    const { answers, status } = await tell([
      'no json',
      '7',
      { type: 'speak' },
      { id: 1, type: 'sing' },
      speak('x', { text: 5 }),
      speak('x', { voice: 'klingonese' }),
      speak('x', { variant: 'nobody' }),
      speak('x', { wordsPerMinute: 10_000 }),
      speak('𝑥'.repeat(20_001)),
      speak('Still here.', { id: 'last' }),
    ]);
    expect(status).toBe(0);
    expect(answers.map(({ header }) => header.code ?? header.type)).toEqual([
      ...['bad-request', 'bad-request', 'bad-request', 'bad-request', 'bad-request'],
      ...['unknown-voice', 'unknown-variant', 'bad-request', 'text-too-long', 'speech'],
    ]);
    expect(answers[0]?.header.id).toBeNull();
    expect(answers[3]?.header.id).toBe(1);
  });

  it('speaks a long clause without a single mark to its end', async () => {
    const text = Array.from({ length: 300 }, (_, index) => `word${String.fromCharCode(97 + (index % 26))}`).join(' ');
    const positions = wordPositions(await say(text, { wordsPerMinute: 450 }));
    expect(Math.max(...positions)).toBeGreaterThan(text.length - 12);
  });

  it('carries its licence, and imports nothing from outside its folder', () => {
    const folder = new URL('../../speech-espeak/', import.meta.url);
    expect(readFileSync(new URL('LICENSE', folder), 'utf8')).toContain('GNU GENERAL PUBLIC LICENSE');
    for (const name of ['cli.ts', 'protocol.ts', 'markup.ts', 'utterance.ts']) {
      const imports = Array.from(readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g), ([, path]) => path);
      expect(imports.filter((path) => !/^(node:|\.\/|@echogarden\/)/.test(path ?? ''))).toEqual([]);
    }
  });
});
