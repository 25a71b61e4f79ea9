import type { SceneWriter } from './port.ts';
import { writeScene } from './write-scene.ts';

/** Writes scene code from the lesson's own blocks: the same lesson gives the same code, and nothing is asked of anybody. */
export const templateWriter: SceneWriter = {
  write: async (task) => ({ sceneCode: writeScene(task).python, cached: false }),
};
