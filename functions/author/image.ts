import { LecternError } from '../../shared/errors.ts';
import type { Workspace } from '../artefacts/port.ts';
import type { MediaTool } from '../compute/port.ts';
import type { LlmContent } from '../llm/port.ts';
import { stillImageArguments } from '../media/ffmpeg/still-image.ts';
import { checkImageContext } from './image-check.ts';

/** A photograph as PNG can take many times its bytes as JPEG, and providers bound what they take. */
const mostPngBytes = 3_000_000;

/**
 * An image as a model is shown it: checked by its bytes, decoded in the sandbox, no larger than is looked at, and written anew, so that
 * nothing but its pixels goes out.
 * @throws LecternError `bad_image_context`, or the signal's reason
 */
export async function imageContext(bytes: Uint8Array, ports: { media: MediaTool; workspace: Workspace }, signal: AbortSignal): Promise<LlmContent & { type: 'image' }> {
  const { kind } = checkImageContext(bytes);
  const { workspace } = ports;
  const folder = await workspace.folder('image');
  const input = `given.${kind}`;
  await workspace.write(folder, input, bytes);
  const isLossy = kind === 'jpeg' || kind === 'webp';
  const drawn = isLossy ? undefined : await rewritten({ folder, input, kind: 'png' }, ports, signal);
  if (drawn && drawn.length <= mostPngBytes) return { type: 'image', mediaType: 'image/png', bytes: drawn };
  return { type: 'image', mediaType: 'image/jpeg', bytes: await rewritten({ folder, input, kind: 'jpeg' }, ports, signal) };
}

async function rewritten(image: { folder: string; input: string; kind: 'png' | 'jpeg' }, { media, workspace }: { media: MediaTool; workspace: Workspace }, signal: AbortSignal): Promise<Uint8Array> {
  const { folder, input, kind } = image;
  const output = `shown.${kind}`;
  const { exitCode } = await media.run({ program: 'ffmpeg', args: stillImageArguments({ input, output, kind }), folder }, signal);
  signal.throwIfAborted();
  if (exitCode === 0) return workspace.read(`${folder}/${output}`);
  throw new LecternError('bad_image_context', { message: 'The image could not be opened: it is damaged, or animated.', fix: 'Open it, save it as PNG, and give that.' });
}
