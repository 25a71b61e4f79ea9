import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Renderer } from '../../functions/compute/port.ts';
import { encodeArguments } from '../../functions/media/ffmpeg/clip-profile.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import { runTool } from './media-tools.ts';

/** Calls of this begin so in scenes that are to fail. */
const UNKNOWN_NAME = /\bShowCreationOf\b/;
const SCENE = /^class Section\(LessonScene\):/m;
const RESOURCES = { wallSeconds: 0.1, cpuSeconds: 0.1, peakMemoryMiB: 1, drawnFrames: 0 };

function failureOf(code: string): SectionReport['failure'] {
  if (!SCENE.test(code)) return { kind: 'code', errorClass: 'NoScene', message: 'there is no class Section' };
  if (!UNKNOWN_NAME.test(code)) return undefined;
  const line = code.split('\n').findIndex((text) => UNKNOWN_NAME.test(text)) + 1;
  const shown = code.split('\n')[line - 1]?.trim() ?? '';
  const traceback = `  File "section.py", line ${line}, in construct\n    ${shown}\n`;
  return { kind: 'code', errorClass: 'NameError', message: "name 'ShowCreationOf' is not defined", line, beat: 0, traceback };
}

/**
 * Draws a plain field for as long as a scene is to take, in a clip as films are joined from, and fails where a scene uses a name that
 * Manim does not have. @param folder where clips are kept between calls: all of a length and profile are the same
 */
export function plainRenderer(folder: string): Renderer {
  const clips = new Map<string, Promise<string>>();
  return {
    identity: 'plain 1',
    async render({ job, clipPath }, { signal, onFrames, onOutput }) {
      signal.throwIfAborted();
      const { profile, totalFrames, sceneCode } = job;
      const failure = failureOf(sceneCode);
      onOutput?.({ stdout: '', stderr: failure?.traceback ?? '', command: ['python', '-m', 'lectern_render'] });
      const report: SectionReport = { frames: failure ? 0 : totalFrames, beats: [], geometry: [], resources: RESOURCES, versions: {}, notes: [] };
      if (failure) return { ...report, failure };
      const name = `clip${JSON.stringify(profile).replaceAll(/\W+/g, '-')}${totalFrames}.mp4`;
      const clip = clips.get(name) ?? plainClip({ folder, name, profile, frames: totalFrames });
      clips.set(name, clip);
      await copyFile(await clip, clipPath);
      onFrames(totalFrames, totalFrames);
      return report;
    },
  };
}

interface PlainClip {
  folder: string;
  name: string;
  profile: Parameters<typeof encodeArguments>[1]['profile'];
  frames: number;
}

async function plainClip({ folder, name, profile, frames }: PlainClip): Promise<string> {
  const { width, height, framesPerSecond } = profile;
  const source = `color=0x203040:s=${width}x${height}:r=${framesPerSecond}`;
  await runTool('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', '1', '-c:v', 'ffv1', '-y', `${name}.mkv`], folder);
  await runTool('ffmpeg', encodeArguments({ input: `${name}.mkv`, output: name }, { profile, frames }), folder);
  return join(folder, name);
}
