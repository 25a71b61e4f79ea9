import { LecternError, LessonErrors } from '../../shared/errors.ts';

/** An error without what it may quote of a lesson, a prompt or a reply. */
export interface ToldError {
  type: string;
  code?: string;
  message?: string;
  /** Where in the code, without the message. */
  stack?: string[];
  cause?: ToldError;
  errors?: ToldError[];
}

/** What of an error, a text and a scene may be told outside. */
export interface Scrub {
  /** The text without keys and tokens. */
  text: (text: string) => string;
  /** A text that is a name or a path, as it is; of any other that there was one. */
  name: (text: string) => string;
  /** The message of an error, where it is known to quote nothing. */
  message: (error: { code?: string | undefined; message: string }) => string | undefined;
  error: (error: unknown) => ToldError;
  /** Scene code with its structure and formulas, and without its words. Lines keep their numbers. */
  scene: (code: string) => string;
}

const SECRET = '[secret]';
export const KEPT_BACK = '[kept back]';
/** Shorter ones stand in texts by chance. */
const LEAST_SECRET_CHARACTERS = 6;

/** Keys and tokens by their form, whoever's they are: a user's token is in no setting. */
const KEY_FORMS: [form: RegExp, instead: string][] = [
  [/\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?/g, SECRET],
  [/\b(?:sk|pk|rk|xai|gsk|sb_secret|sb_publishable)[-_][\w-]{12,}/g, SECRET],
  [/\bAIza[\w-]{20,}/g, SECRET],
];
/** What may be one, by what stands before it. */
const LIKELY_FORMS: typeof KEY_FORMS = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${SECRET}`],
  [/\b(token|apikey|api_key|key|secret|password|authorization|x-api-key|xi-api-key)(["']?\s*[=:]\s*["']?)[^\s"'&,;]{6,}/gi, `$1$2${SECRET}`],
  // The user and the password of an address: of a database, or of a DSN.
  [/(\b[a-z][\w+.-]*:\/\/)[^\s/@]+@/gi, `$1${SECRET}@`],
];

/** Errors of Lectern whose messages are its own words: what they quote are names of models, statuses and amounts. */
const OWN_WORDS = /^(?:(?:llm|speech|store|auth|token|service)_\w+|cost_cap|job_over|job_taken|no_provider|no_planner|unauthenticated|artefact_lost|sandbox_unavailable)$/;
/** Messages of the JavaScript engine that quote no value, only names of the code. */
const ENGINES_WORDS = [
  /^Cannot (?:read|set) properties of (?:undefined|null)(?: \((?:reading|setting) '[\w$]{1,60}'\))?$/,
  /^[\w$.]{1,80}(?:\(\.\.\.\)[\w$.]{0,80})? is not (?:a function|defined|iterable|a constructor)$/,
  /^(?:fetch failed|terminated|Maximum call stack size exceeded|Invalid array length|This operation was aborted)$/,
];
const NAME = /^[\w./:@#+-]{1,120}$/;
const FRAME = /^\s+at /;
const DEEPEST = 4;

const replaced = (text: string, forms: typeof KEY_FORMS): string => forms.reduce((told, [form, instead]) => told.replace(form, instead), text);

function withoutKeys(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter(({ length }) => length >= LEAST_SECRET_CHARACTERS).sort((a, b) => b.length - a.length);
  return (text) => replaced(known.reduce((told, secret) => told.replaceAll(secret, SECRET), text), KEY_FORMS);
}

/** Takes what certainly is a key out of every text of a value: for what the owner of a film may see, words of the lesson included. */
export function keyless(secrets: readonly string[]): <Value>(value: Value) => Value {
  const text = withoutKeys(secrets);
  const of = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(of);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, of(inner)]));
  };
  return <Value>(value: Value) => of(value) as Value;
}

/** @param secrets values that nobody outside may see, such as the keys that are set */
export function scrubber(secrets: readonly string[]): Scrub {
  const certain = withoutKeys(secrets);
  const text = (given: string): string => replaced(certain(given), LIKELY_FORMS);
  const name = (given: string): string => (NAME.test(given) ? text(given) : KEPT_BACK);
  const message: Scrub['message'] = ({ code, message: given }) => {
    const isOwn = code !== undefined && OWN_WORDS.test(code);
    return isOwn || ENGINES_WORDS.some((words) => words.test(given)) ? text(given) : undefined;
  };
  const error = (given: unknown, depth: number): ToldError => {
    const { code, cause } = (typeof given === 'object' && given !== null ? given : {}) as { code?: unknown; cause?: unknown };
    const codeTold = typeof code === 'string' || typeof code === 'number' ? { code: name(String(code)) } : {};
    const causeTold = cause === undefined || depth === DEEPEST ? {} : { cause: error(cause, depth + 1) };
    if (!(given instanceof Error)) return { type: typeof given, ...codeTold, ...causeTold };
    const words = message({ code: given instanceof LecternError ? given.code : undefined, message: given.message });
    return {
      type: name(given.name),
      ...codeTold,
      ...(words !== undefined && { message: words }),
      stack: (given.stack ?? '').split('\n').filter((line) => FRAME.test(line)).map((line) => text(line.trim())),
      ...causeTold,
      ...(given instanceof LessonErrors && { errors: given.errors.map((each) => error(each, depth + 1)) }),
    };
  };
  return { text, name, message, error: (given) => error(given, 0), scene: (code) => text(withoutWords(code)) };
}

/** Comments and literals of Python, one after the other; a literal that is not closed goes on to the end of its line. */
const COMMENT_OR_LITERAL = /#[^\n]*|("""|''')[\s\S]*?(?:\1|$)|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|$)|'(?:\\.|[^'\\\n])*(?:'|(?=\n)|$)/g;
const QUOTES = /^("""|'''|["'])|("""|'''|["'])$/g;
const COMMAND = /\\[A-Za-z]+/g;
/** Three letters in a row, in any script, or one of a script that writes words in few signs. */
const WORD = /\p{L}\p{M}*(?:\p{L}\p{M}*){2}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What a scene says is the lesson's; how it is drawn, its formulas included, is what shows why it failed. */
const withoutWords = (code: string): string =>
  code.replace(COMMENT_OR_LITERAL, (found) => {
    const isComment = found.startsWith('#');
    const inner = isComment ? found.slice(1) : found.replace(QUOTES, '');
    if (!WORD.test(inner.replace(COMMAND, ' '))) return found;
    const breaks = '\n'.repeat(found.split('\n').length - 1);
    return isComment ? '#' : `"${[...inner].length} characters"${breaks}`;
  });
