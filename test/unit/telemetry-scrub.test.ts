import { describe, expect, it } from 'vitest';
import { pinoLog } from '../../functions/telemetry/pino.ts';
import { keyless, scrubber } from '../../functions/telemetry/scrub.ts';
import { LecternError, LessonErrors } from '../../shared/errors.ts';

const scrub = scrubber(['a key of no form at all', 'short']);

describe('a text without keys', () => {
  it.each([
    ['x a key of no form at all y', 'x [secret] y'],
    ['sk-ant-api03-abcdefghijklmnop', '[secret]'],
    ['sb_secret_abcdefghijklmnop', '[secret]'],
    ['AIzaSyAbcdefghijklmnopqrstuv', '[secret]'],
    ['authorization: Bearer abcdef123456', 'authorization: [secret] [secret]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl', '[secret]'],
    ['https://abc123@o1.ingest.sentry.io/1', 'https://[secret]@o1.ingest.sentry.io/1'],
    ['postgres://me:pass@host/db', 'postgres://[secret]@host/db'],
    ['GET /v1/shared?token=abcdefgh12', 'GET /v1/shared?token=[secret]'],
    ['{"api_key": "abcdefgh12"}', '{"api_key": "[secret]"}'],
  ])('%s', (given, told) => expect(scrub.text(given)).toBe(told));

  it('leaves words as they are, and what is too short to be known by its value', () => {
    for (const text of ['a short sentence about the key of C', 'http://127.0.0.1:8080/v1', 'monkey: 1', 'mask-and-cut']) expect(scrub.text(text)).toBe(text);
  });

  it('goes into values of any depth, and changes nothing that may be no key', () => {
    const value = { sceneCode: 'key = "C sharp minor"', stderr: ['a key of no form at all'], at: 3, none: null };
    expect(keyless(['a key of no form at all'])(value)).toEqual({ ...value, stderr: ['[secret]'] });
  });
});

describe('a scene without words', () => {
  it.each([
    ['x = Text("The area of a circle")', 'x = Text("20 characters")'],
    ["x = Text('It isn\\'t so') # a remark", 'x = Text("12 characters") #'],
    ['MathTex(r"\\frac{a}{b} = \\sqrt{2}")', 'MathTex(r"\\frac{a}{b} = \\sqrt{2}")'],
    ['MathTex(r"\\text{energy}")', 'MathTex(r"13 characters")'],
    ['self.wait(1)  # 12 / 3', 'self.wait(1)  # 12 / 3'],
    ['x = "never closed, and so on', 'x = "23 characters"'],
    ['Text("光合")', 'Text("2 characters")'],
    ['Text("été")', 'Text("3 characters")'],
    ['f"{x:.2f} m"', 'f"{x:.2f} m"'],
    ['Text("#") # x', 'Text("#") # x'],
    ['Text("", "Water")', 'Text("", "5 characters")'],
  ])('%s', (code, told) => expect(scrub.scene(code)).toBe(told));

  it('keeps its lines where they are', () => {
    const code = 'class Section:\n    """What it is\n    about."""\n    def construct(self):\n        x = \'\'\'never closed\n    y = 1\n';
    const told = scrub.scene(code);
    expect(told).not.toMatch(/What|about|closed/);
    expect(told.split('\n')).toHaveLength(code.split('\n').length);
    expect(told.split('\n')[3]).toBe('    def construct(self):');
  });
});

describe('an error that is told', () => {
  it('keeps the words that are Lectern’s own, and no others', () => {
    const told = (error: unknown): unknown => scrub.error(error).message;
    expect(told(new LecternError('llm_overloaded', { message: 'Claude is overloaded (status 529).', fix: '' }))).toBe('Claude is overloaded (status 529).');
    expect(told(new LecternError('latex', { message: 'LaTeX cannot set “x”', fix: '' }))).toBeUndefined();
    expect(told(new TypeError("Cannot read properties of undefined (reading 'beats')"))).toBe("Cannot read properties of undefined (reading 'beats')");
    expect(told(new TypeError("Cannot use 'in' operator to search for 'a' in The net holds"))).toBeUndefined();
    expect(told(new SyntaxError('Unexpected token \'T\', "The net holds" is not valid JSON'))).toBeUndefined();
    expect(told('a text that was thrown')).toBeUndefined();
  });

  it('says where, of what kind, and by what it was caused', () => {
    const cause = Object.assign(new Error('the words of a request'), { code: 'ECONNREFUSED' });
    const told = scrub.error(new LessonErrors([new LecternError('lesson/empty', { message: 'the words of a lesson', fix: '', cause })]));
    expect(told).toMatchObject({ type: 'LessonErrors', errors: [{ type: 'LecternError', code: 'lesson/empty', cause: { type: 'Error', code: 'ECONNREFUSED' } }] });
    expect(told.stack?.[0]).toMatch(/^at .*telemetry-scrub\.test\.ts/);
    expect(JSON.stringify(told)).not.toContain('the words of');
  });

  it('is so in the log, whatever it stands beside', () => {
    let lines = '';
    const log = pinoLog('info', scrub, (line) => (lines += line)).with({ job: 'a-job' });
    log.warn({ error: new Error('the words of a lesson'), fault: { code: 'render_code', message: 'the words of a lesson' } }, 'It failed.');
    log.info({ asked: 'a key of no form at all', token: 'abc' }, 'with sk-ant-api03-abcdefghijklmnop');
    expect(lines.trim().split('\n').map((line) => JSON.parse(line).msg)).toEqual(['It failed.', 'with [secret]']);
    expect(lines).toContain('"fault":{"code":"render_code"}');
    expect(lines).not.toMatch(/the words of|no form|"abc"/);
  });
});
