import type { App, Image, ModalClient, Sandbox, SandboxCreateParams } from 'modal';
import { LecternError, isForeseen } from '../../shared/errors.ts';
import { readTestAnswer, TEST_JOB, type TestAnswer, testCommand } from './test-scene.ts';

/** What a section gets on Modal, and so what the check gets. */
export const RENDER_SANDBOX = {
  cpu: 4, cpuLimit: 4, memoryMiB: 8192, memoryLimitMiB: 8192, timeoutMs: 900_000, blockNetwork: true,
} satisfies SandboxCreateParams;

const CHECK_MILLISECONDS = 300_000;
const PLACES = { job: '/tmp/job.json', answer: '/tmp/answer' };
const LAST_CHARACTERS = 2000;

export interface ImageCheck {
  modal: ModalClient;
  app: App;
  image: Image;
}

/**
 * Draws the test scene in a sandbox of the image, as small and as shut off as a section's.
 * @throws LecternError `image_fails` where it is not drawn whole
 */
export async function checkRenderImage({ modal, app, image }: ImageCheck): Promise<TestAnswer> {
  const sandbox = await modal.sandboxes.create(app, image, { ...RENDER_SANDBOX, timeoutMs: CHECK_MILLISECONDS, tags: { role: 'check' } });
  try {
    await sandbox.filesystem.writeText(`${JSON.stringify(TEST_JOB)}\n`, PLACES.job);
    await runToEnd(sandbox, testCommand(PLACES));
    return readTestAnswer(Buffer.from(await sandbox.filesystem.readBytes(PLACES.answer)));
  } catch (error) {
    if (isForeseen(error)) throw error;
    throw new LecternError('image_fails', {
      message: `The image could not be checked. ${error instanceof Error ? error.message : ''}`.trim(),
      fix: 'Nothing was changed. Run the same command again; where it fails again, run "npm run test:images".',
      retryable: true,
      cause: error,
    });
  } finally {
    await sandbox.terminate().catch(() => undefined);
    sandbox.detach();
  }
}

/** @throws LecternError `image_fails` with the last words of a program that ends with anything but 0 */
export async function runToEnd(sandbox: Sandbox, command: string[]): Promise<void> {
  const running = await sandbox.exec(command, { timeoutMs: CHECK_MILLISECONDS });
  const [, words, exitCode] = await Promise.all([running.stdout.readText(), running.stderr.readText(), running.wait()]);
  if (exitCode === 0) return;
  throw new LecternError('image_fails', {
    message: `A program of the image ended with ${exitCode}, and nothing was changed. ${words.slice(-LAST_CHARACTERS).trim()}`,
    fix: 'Run "npm run test:images": it carries out the same steps on this machine and says what each one does.',
  });
}
