import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeployOptions } from './commands/deploy.ts';
import type { FailuresOptions } from './commands/failures.ts';
import type { LessonOptions } from './commands/lesson.ts';
import type { SweepOptions } from './commands/sweep.ts';
import type { TopicOptions } from './commands/topic.ts';
import type { TokenOptions } from './commands/token.ts';
import { exitCodes } from './exit-codes.ts';
import { usualLimits } from './sweep/usual.ts';

// A file that may not grow any further is an error of who writes it, as a full disk is, and not the end of the process.
process.on('SIGXFSZ', () => undefined);

const seconds = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number of seconds above 0 is wanted.');
};

const anySeconds = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && text !== '') return value;
  throw new InvalidArgumentError('A number of seconds is wanted.');
};

const dollars = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('An amount of dollars above 0 is wanted.');
};

const amount = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text !== '') return value;
  throw new InvalidArgumentError('A number, 0 or above, is wanted.');
};

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('A whole number above 0 is wanted.');
};

const program = new Command('lectern')
  .description('A lesson in Markdown becomes a narrated, captioned, chaptered film.')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.whole : exitCodes.badInput));

program
  .command('lesson')
  .description('make the film of a lesson')
  .argument('<file>', 'the lesson, a Markdown file (docs/lesson-format.md)')
  .addOption(new Option('--quality <quality>', '480p15, 720p30 or 1080p60').choices(['preview', 'standard', 'final']))
  .addOption(new Option('--theme <theme>', 'colours of the film').choices(['dark', 'light']))
  .option('--voice <voice>', 'a voice of espeak-ng (en-us, es, fr, …), or “silent”')
  .option('--section <number>', 'only this section, counted from 1', whole)
  .option('--out <folder>', 'where the film goes (default: films/<name of the lesson>)')
  .option('--keep-work', 'keep the working folders and say where they are')
  .option('--render-limit <seconds>', 'the longest that one section may be drawn', seconds)
  .option('--publish', 'put the film into the store as well, where the service shows it')
  .option('--user <subject>', 'whose film it is there', 'local')
  .option('--unsafe-no-sandbox', 'run scene code unguarded where there is no sandbox; the report says so')
  .option('--json', 'print the events of the job, one JSON object a line, and nothing else')
  .option('--debug', 'show stack traces')
  .action(async (file: string, options: LessonOptions) => {
    const { lessonCommand } = await import('./commands/lesson.ts');
    process.exitCode = await lessonCommand(file, options);
  });

program
  .command('topic')
  .description('make a film about a topic, planned and written by a model (docs/flavors.md)')
  .argument('<topic>', 'what the film is to be about')
  .addOption(new Option('--quality <quality>', '480p15, 720p30 or 1080p60').choices(['preview', 'standard', 'final']))
  .addOption(new Option('--theme <theme>', 'colours of the film').choices(['dark', 'light']))
  .option('--language <code>', 'language of the film, such as en or es')
  .option('--voice <voice>', 'a voice of the speech that is set up, or “silent”')
  .option('--flavor <name>', 'a folder of flavors/: how films are planned and drawn')
  .option('--seconds <seconds>', 'about how long the film is to be', seconds)
  .option('--image <file>', 'a picture for the planner to look at')
  .option('--cap <dollars>', 'the most that the film may cost', dollars)
  .option('--estimate', 'say what it will take, and make nothing')
  .option('--out <folder>', 'where the film goes (default: films/<words of the topic>)')
  .option('--keep-work', 'keep the working folders and say where they are')
  .option('--render-limit <seconds>', 'the longest that one section may be drawn', seconds)
  .option('--user <subject>', 'whose film it is in the store', 'local')
  .option('--unsafe-no-sandbox', 'run scene code unguarded where there is no sandbox; the report says so')
  .option('--json', 'print the events of the job, one JSON object a line, and nothing else')
  .option('--debug', 'show stack traces, and what flavors are found and chosen')
  .action(async (topic: string, options: TopicOptions) => {
    const { topicCommand } = await import('./commands/topic.ts');
    process.exitCode = await topicCommand(topic, options);
  });

program
  .command('serve')
  .description('make films over HTTP (settings: README.md, “As a service”)')
  .option('--no-worker', 'accept jobs, and leave them to workers elsewhere')
  .option('--debug', 'show stack traces')
  .action(async (options: { debug?: boolean; worker?: boolean }) => {
    const { serveCommand } = await import('./commands/serve.ts');
    process.exitCode = await serveCommand(options);
  });

program
  .command('worker')
  .description('run jobs that services of the same store have accepted')
  .option('--debug', 'show stack traces')
  .action(async (options: { debug?: boolean }) => {
    const { workerCommand } = await import('./commands/worker.ts');
    process.exitCode = await workerCommand(options);
  });

program
  .command('stack')
  .description('run the embedded store alone, and say how to reach it')
  .option('--debug', 'show stack traces')
  .action(async (options: { debug?: boolean }) => {
    const { stackCommand } = await import('./commands/stack.ts');
    process.exitCode = await stackCommand(options);
  });

program
  .command('deploy')
  .description('build and check the images on Modal, and let new jobs be drawn with them (docs/deployment.md)')
  .addOption(new Option('--env <deployment>', 'which installation').choices(['dev', 'prod']).makeOptionMandatory())
  .option('--no-orchestrator', 'leave jobs to hosts that run “npm run worker”')
  .option('--verbose', 'show what the builders say')
  .option('--debug', 'show stack traces')
  .action(async (options: DeployOptions) => {
    const { deployCommand } = await import('./commands/deploy.ts');
    process.exitCode = await deployCommand(options);
  });

program
  .command('publish')
  .description('publish a film that waits on this machine, since the store was down; without a job: say which ones wait')
  .argument('[job]', 'the id of the job')
  .option('--debug', 'show stack traces')
  .action(async (jobId: string | undefined, options: { debug?: boolean }) => {
    const { publishCommand } = await import('./commands/publish.ts');
    process.exitCode = await publishCommand(jobId, options);
  });

program
  .command('failures')
  .description('say what breaks most in the scenes of this store’s films, and what mends it')
  .option('--days <number>', 'how far to look back', whole, 30)
  .option('--json', 'print the figures as one JSON object')
  .option('--debug', 'show stack traces')
  .action(async (options: FailuresOptions) => {
    const { failuresCommand } = await import('./commands/failures.ts');
    process.exitCode = await failuresCommand(options);
  });

program
  .command('sweep')
  .description('remove what nothing needs any more: old artefacts, work folders of processes that died, old events and logs')
  .option('--dry-run', 'say what would go, and remove nothing')
  .option('--sandboxes', 'list the sandboxes at Modal instead, and end those that no job needs')
  .option('--days <number>', 'artefacts that nobody has asked for in so many days go', whole, usualLimits.days)
  .option('--gigabytes <number>', 'the most that artefacts may have together; the oldest go first', amount, usualLimits.gigabytes)
  .option('--formula-gigabytes <number>', 'the same of pictures of formulas', amount, usualLimits.formulaGigabytes)
  .option('--event-days <number>', 'how long events of ended jobs, and logs of failures, are kept', whole, usualLimits.eventDays)
  .option('--json', 'print the figures as one JSON object')
  .option('--debug', 'show stack traces')
  .action(async (options: SweepOptions) => {
    const { sweepCommand } = await import('./commands/sweep.ts');
    process.exitCode = await sweepCommand(options);
  });

program
  .command('token')
  .description('make a token of the embedded store, for trying the service')
  .requiredOption('--user <subject>', 'whose token')
  .option('--expires <seconds>', 'how long it is believed; below 0 for one that has expired', anySeconds, 3600)
  .option('--debug', 'show stack traces')
  .action(async (options: TokenOptions) => {
    const { tokenCommand } = await import('./commands/token.ts');
    process.exitCode = await tokenCommand(options);
  });

await program.parseAsync();
