/**
 * What a file may look like and which globals it may touch. Who may import whom stands in .dependency-cruiser.cjs.
 * Every ban is proved by a planted violation in test/unit/lint-rules.test.ts.
 *
 * A later block replaces a rule whole: blocks go from the general to the particular and repeat what they keep.
 */
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const ban = (names, message) => names.map((name) => ({ name, message }));

const ENVIRONMENT = 'Only functions/config.ts reads the environment; take what you need as an argument.';
const EFFECTS = 'Data in, data out: effects enter through a port.';

const TERMINAL = 'The terminal belongs to functions/cli.ts and functions/commands; tell the progress port.';

const environment = [
  { object: 'process', property: 'env', message: ENVIRONMENT },
  { object: 'globalThis', property: 'process', message: ENVIRONMENT },
];

const environmentImport = { paths: ban(['node:process', 'process'], ENVIRONMENT) };

const focusedOrSkipped = {
  selector: 'MemberExpression[object.name=/^(describe|it|test|suite|bench)$/][property.name=/^(only|skip|todo)$/]',
  message: 'A test runs or is deleted: no only, skip or todo.',
};

const currentTime = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: EFFECTS,
};

export default defineConfig(
  { ignores: ['node_modules/', 'films/', '.lectern/', 'docker/', 'test/tmp/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'id-denylist': ['error', 'msg', 'req', 'res', 'cfg', 'opts', 'tmp', 'ctx', 'err', 'cb', 'idx'],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
      'no-restricted-syntax': ['error', focusedOrSkipped],
      'eqeqeq': 'error',
      'no-constant-condition': 'error',
      'no-control-regex': 'error',
      'no-empty': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `async` says that a port answers later, whether or not this adapter has anything to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    // What a test reads from a report it asserts on at once: an assertion on something that is not there fails.
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['test/**/*.test.ts', 'speech-espeak/**/*.test.ts'],
    // A describe block is a chapter, not a function, and a table of cases has as many parameters as columns.
    rules: { 'max-lines-per-function': 'off', 'max-params': 'off' },
  },
  {
    files: ['functions/**/*.ts', 'shared/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...ban(['console'], TERMINAL)],
      'no-restricted-properties': ['error', ...environment],
      'no-restricted-imports': ['error', environmentImport],
    },
  },
  {
    files: ['functions/{cli,server}.ts', 'functions/commands/**/*.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['functions/config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['shared/**/*.ts', 'functions/{pipeline,prompts,media,lesson,api}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...ban(['process', 'console', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance'], EFFECTS),
      ],
      'no-restricted-properties': [
        'error',
        ...environment,
        { object: 'Date', property: 'now', message: EFFECTS },
        { object: 'Math', property: 'random', message: EFFECTS },
        { object: 'crypto', property: 'randomUUID', message: EFFECTS },
        { object: 'crypto', property: 'getRandomValues', message: EFFECTS },
      ],
      'no-restricted-syntax': ['error', focusedOrSkipped, currentTime],
    },
  },
);
