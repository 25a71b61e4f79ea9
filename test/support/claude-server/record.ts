import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FIXTURES_FOLDER } from './claude-server.ts';
import { startRecorder } from './recorder.ts';

/**
 * Makes a film of a topic with the real Claude, and keeps its replies as a fixture, so that tests can play them back.
 *
 *     ANTHROPIC_API_KEY=… npm run record -- "why the sky is blue" --subject physics [--fixtures FOLDER] [-- further words of lectern topic]
 */
const { values, positionals } = parseArgs({
  options: { subject: { type: 'string', default: 'mathematics' }, fixtures: { type: 'string', default: FIXTURES_FOLDER } },
  allowPositionals: true,
});
const [topic = '', ...words] = positionals;
const upstream = process.env['ANTHROPIC_BASE_URL'] || 'https://api.anthropic.com';
if (topic.trim() === '' || !process.env['ANTHROPIC_API_KEY']) {
  process.stderr.write('npm run record -- "topic": name a topic, and set ANTHROPIC_API_KEY to the key of a real account.\n');
  process.exit(2);
}

const slug = (topic.toLowerCase().match(/[a-z0-9]+/g) ?? ['topic']).join('-').slice(0, 60);
const folder = join(values.fixtures, slug);
mkdirSync(folder, { recursive: true });
const recorder = await startRecorder(upstream, (name, text) => writeFileSync(join(folder, name), text));
const film = spawn(process.execPath, ['functions/cli.ts', 'topic', topic, ...words], {
  stdio: 'inherit',
  env: { ...process.env, ANTHROPIC_BASE_URL: recorder.url },
});
process.exitCode = await new Promise<number>((resolve) => film.once('close', (code) => resolve(code ?? 1)));
await recorder.close();
writeFileSync(join(folder, 'topic.json'), `${JSON.stringify({ topic, title: recorder.title() ?? topic, subject: values.subject }, null, 2)}\n`);
process.stdout.write(`Replies are kept in ${folder}\n`);
