import type { SceneTask } from '../../functions/lesson/port.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';
import type { BeatFrames } from '../../shared/contract/job.ts';
import type { Outline } from '../../shared/contract/plan.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import { folderFlavors } from '../../functions/flavors/folder.ts';
import { knownModels } from '../../functions/llm/known-models.ts';

const shipped = new URL('../../flavors', import.meta.url).pathname;
const silent = { debug: () => undefined, warn: () => undefined };

export const shippedFlavors = () => folderFlavors({ folder: shipped, log: silent, models: knownModels });
export const defaultFlavor = async (): Promise<Flavor> => (await shippedFlavors()).chosen(undefined).flavor;

const outline: Outline = {
  title: 'Why squares grow by odd numbers',
  language: 'en',
  quality: 'preview',
  theme: 'dark',
  keywords: ['odd numbers', 'squares'],
  ledger: [{ symbol: 'n', colour: 'teal', meaning: 'side of the square' }],
  sections: [
    { title: 'Corners', goal: 'sees that a layer bends round a square' },
    { title: 'The next layer', goal: 'can count the cells of the next layer', uses: ['n'] },
  ],
};

const words = (texts: string[], from: number): BeatFrames['words'] => texts.map((text, index) => ({ text, frame: from + index * 5 }));

/** The second section of two: two beats at 15 frames a second, the first of them with a formula that is spoken otherwise. */
export const sceneTask: SceneTask = {
  outline,
  section: 2,
  content: {
    title: 'The next layer',
    beats: [
      {
        narration: [{ text: 'The square has ' }, { text: 'n²', spoken: 'n squared' }, { text: ' cells.' }],
        picture: 'The square stands in the middle.',
        keyPhrases: [],
        visuals: [],
        pauseSeconds: 0.5,
      },
      {
        narration: [{ text: 'Two arms and a corner come on top.' }],
        keyPhrases: ['Two arms and a corner'],
        visuals: [],
        pauseSeconds: 1,
      },
    ],
  },
  beats: [
    { startFrame: 0, speechEndFrame: 38, endFrame: 45, words: words(['the', 'square', 'has', 'n', 'squared', 'cells'], 4) },
    { startFrame: 45, speechEndFrame: 87, endFrame: 102, words: words(['two', 'arms', 'and', 'a', 'corner', 'come', 'on', 'top'], 46) },
  ],
  framesPerSecond: 15,
};

/** The report of a section that was drawn without a fault. */
export const goodReport: SectionReport = {
  frames: 102,
  beats: [],
  geometry: [],
  resources: { wallSeconds: 3, cpuSeconds: 3, peakMemoryMiB: 300, drawnFrames: 60 },
  versions: { manim: '0.22.0' },
  notes: [],
};
