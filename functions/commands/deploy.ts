import { deployToModal } from '../compose-deploy.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';

export interface DeployOptions {
  env: 'dev' | 'prod';
  /** False: any host that runs `npm run worker` takes the jobs. */
  orchestrator: boolean;
  verbose?: boolean;
  debug?: boolean;
}

/** `lectern deploy`: builds, checks, and lets new jobs be drawn with what was built. Its progress goes to standard error, the outcome to standard output. */
export async function deployCommand({ env, orchestrator, verbose, debug }: DeployOptions): Promise<number> {
  try {
    const deployed = await deployToModal(readConfig(), {
      deployment: env,
      withOrchestrator: orchestrator,
      tell: (line) => void process.stderr.write(`${line}\n`),
      tellBuilder: (text) => void (verbose && process.stderr.write(text)),
    });
    process.stdout.write(`${JSON.stringify({ env, ...deployed })}\n`);
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'deploy', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
