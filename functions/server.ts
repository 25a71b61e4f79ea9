import { serveCommand } from './commands/serve.ts';

process.exitCode = await serveCommand({});
