/**
 * A stack in a process of its own, to be killed: `node test/support/stack-process.ts DATA_FOLDER`. Says one line of JSON when it
 * is up, and stops in an orderly way at SIGTERM.
 */
import { startTestStack } from './supabase.ts';

const [folder = ''] = process.argv.slice(2);
const stack = await startTestStack(folder, { onTrouble: (note) => process.stderr.write(`${note}\n`) });
process.once('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
const { url, publishableKey, secretKey } = stack;
process.stdout.write(`${JSON.stringify({ url, publishableKey, secretKey })}\n`);
