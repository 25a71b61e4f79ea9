/** The longer side of an image that is given to a model: what is larger is made smaller at the provider's, and paid for. */
export const LONGEST_SIDE_PIXELS = 1568;

const fitted = `scale=w='min(iw,${LONGEST_SIDE_PIXELS})':h='min(ih,${LONGEST_SIDE_PIXELS})':force_original_aspect_ratio=decrease:flags=lanczos`;
/** What is transparent becomes paper: on the black of nothing, drawings in black would vanish. */
const onPaper = 'format=rgba,split[below][above];[below]lutrgb=r=255:g=255:b=255:a=255[paper];[paper][above]overlay=format=auto';

/** Arguments of ffmpeg that write the first frame of an image anew: no larger than a model looks at, and without anything besides its pixels. */
export function stillImageArguments({ input, output, kind }: { input: string; output: string; kind: 'png' | 'jpeg' }): string[] {
  const pixels = kind === 'png' ? ['-c:v', 'png', '-pix_fmt', 'rgb24'] : ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'];
  return ['-nostdin', '-v', 'error', '-y', '-i', input, '-frames:v', '1', '-map_metadata', '-1', '-filter_complex', `[0:v]${fitted},${onPaper}`, ...pixels, '-f', 'image2', '-update', '1', output];
}
