/**
 * Which file may import which. Every rule is proved by a planted violation in test/unit/import-rules.test.ts.
 * The globals that a folder may not touch stand in eslint.config.js: an import graph does not show them.
 */
const PORTED = '(artefacts|auth|clock|compute|costs|engine|flavors|live|llm|materials|progress|publish|records|speech|store|telemetry)';
const ENTRIES = '^functions/(cli|server)[.]ts$';
// What a person at a terminal starts: the entries, and the commands that cli.ts hands over to.
const COMPOSITION = '^functions/compose[a-z-]*[.]ts$';
const EDGE = ['^functions/(cli|server)[.]ts$', COMPOSITION, '^functions/commands/'];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', 'Move the shared part down a layer.', {}, { circular: true }),
    rule('no-unresolved', 'The module that is imported is not there.', {}, { couldNotResolve: true }),
    rule('no-orphans', 'Delete it or use it.', { orphan: true, path: '^(shared|functions)/', pathNot: ENTRIES }, {}),
    rule('shared-knows-nothing', 'shared/ knows itself and zod only.', { path: '^shared/' }, { pathNot: '^(shared/|node_modules/zod/)' }),
    rule('web-knows-only-the-contract', 'web/ may import shared/contract, nothing else of ours.', { path: '^web/' }, {
      path: '^(functions|supabase|docker|test|scripts|shared/(?!contract/))',
    }),
    rule('ports-know-only-shared', 'A port is types over shared/, and forms of zod.', { path: `^functions/${PORTED}/port[.]ts$` }, { pathNot: '^(shared/|node_modules/zod/)' }),
    rule('adapters-in-compose-only', 'Take the port as an argument; functions/compose*.ts name its adapter.', {
      path: '^functions/',
      pathNot: [`^functions/${PORTED}/`, COMPOSITION],
    }, { path: `^functions/${PORTED}/(?!port[.]ts$)` }),
    rule('adapters-know-own-port-only', 'An adapter knows its own folder, shared/, and its SDK.', { path: `^functions/${PORTED}/` }, {
      path: '^functions/',
      pathNot: '^functions/$1/',
    }),
    rule('media-and-prompts-are-pure', 'Data in, data out: shared/, the own folder and zod only.', { path: '^functions/(prompts|media)/' }, {
      pathNot: '^(shared/|functions/$1/|node_modules/zod/)',
    }),
    rule('lesson-is-pure', 'Data in, data out: shared/, the own folder and the parsing libraries only.', { path: '^functions/lesson/' }, {
      pathNot: '^(shared/|functions/lesson/|node_modules/((@types/)?(mdast|micromark)[^/]*|yaml|mathjs|image-size|zod)/)',
    }),
    rule('pipeline-has-no-io', 'Effects enter through ports.', { path: '^functions/pipeline/' }, { dependencyTypes: ['core', 'npm', 'npm-dev'] }),
    rule('pipeline-knows-no-edge', 'The pipeline does not know who called it.', { path: '^functions/pipeline/' }, {
      path: '^functions/(api/|compose|config|cli|server)',
    }),
    rule('api-knows-run-only', 'The API calls pipeline/run, not a phase.', { path: '^functions/api/' }, {
      path: '^functions/(pipeline/(?!run[.]ts$)|compose|config)',
    }),
    rule('only-entries-compose', 'Wired in cli and server; everything else is given what it needs.', {
      path: '^functions/',
      pathNot: EDGE,
    }, { path: '^functions/(compose[a-z-]*|config)[.]ts$' }),
    rule('nothing-imports-an-entry', 'An entry starts by being imported.', {}, { path: ENTRIES }),
    rule('nothing-imports-test', 'Test code stays in test/.', { pathNot: '^test/' }, { path: '^test/' }),
    rule('acceptance-imports-no-source', 'Acceptance tests see what a user sees: commands and files.', { path: '^test/acceptance/' }, {
      path: '^(functions|shared|speech-espeak|scripts)/',
    }),
    rule('speech-espeak-is-apart', 'speech-espeak is GPL-3.0: it is run as a program, never imported.', { pathNot: '^speech-espeak/' }, {
      path: '^(speech-espeak/|node_modules/(@echogarden|lectern-speech-espeak)/)',
    }),
    rule('speech-espeak-imports-nothing-of-ours', 'speech-espeak is a package of its own.', { path: '^speech-espeak/' }, {
      path: '^(functions|shared|scripts|test|web)/',
    }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(docker|films|[.]lectern)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
