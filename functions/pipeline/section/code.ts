import { encoderProfiles } from '../../../shared/contract/quality.ts';
import type { SceneTask, WrittenScene } from '../../lesson/port.ts';
import { phase } from '../phase.ts';
import type { Ports } from '../ports.ts';
import type { SpokenSection } from '../types.ts';

/** Phase 3: the Python of the section: the author's own where the lesson has it, else what the writer writes. */
export async function writeCode(
  spoken: SpokenSection,
  ports: Pick<Ports, 'engine' | 'progress' | 'clock' | 'writer'>,
): Promise<WrittenScene> {
  const { sceneCode } = spoken.content;
  if (sceneCode) return { sceneCode: sceneCode.python, cached: false };
  const made = await phase({ phase: 'code', section: spoken.section }, ports, async (signal) => {
    const value = await ports.writer.write(sceneTask(spoken), signal);
    return { value, cached: value.cached };
  });
  return made.value;
}

/** The section as its writer gets it. */
export const sceneTask = ({ outline, section, content, narration }: SpokenSection): SceneTask => ({
  outline,
  section,
  content,
  beats: narration.beats,
  framesPerSecond: encoderProfiles[outline.quality].framesPerSecond,
});
