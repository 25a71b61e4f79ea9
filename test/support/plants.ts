import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LecternError } from '../../shared/errors.ts';
import { FAULT_TOPIC, type FilmChanges, type FilmFault } from './fault-studio.ts';

const promptLine = readFileSync(fileURLToPath(new URL('../../flavors/default/plan_prompts.yaml', import.meta.url)), 'utf8')
  .split('\n')
  .map((line) => line.trim())
  .find((line) => line.length > 60 && !line.startsWith('#')) as string;

/** What nobody outside may see: keys and tokens. */
export const plantedKeys = {
  claude: 'sk-ant-api03-PlantedKeyOfClaude0001',
  // Of no form that could be known.
  elevenLabs: 'PlantedKeyOfElevenLabs0002',
  store: 'sb_secret_PlantedKeyOfTheStore0003',
  database: 'postgres://lectern:PlantedPassword0004@db.example.org:5432/postgres',
  user: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJQbGFudGVkMDAwNSJ9.c2lnbmF0dXJlMDAwNQ',
};

/** What nobody but whoever asked for the film may see. The texts stand in test/fixtures/faults. */
export const plantedTexts = {
  topic: FAULT_TOPIC,
  prompt: promptLine.slice(0, 50),
  outline: 'See that yeast turns sugar into gas',
  narration: 'the net holds every bubble',
  picture: 'Dots that let go of small circles',
  'comment of a scene': 'A loaf above a flame',
  'words of a scene': 'In the oven the gas expands once more',
};

const planted = { ...plantedKeys, ...plantedTexts };

/** The names of the plants that stand in a text, as they are or in JSON. */
export const plantsIn = (text: string, plants: Record<string, string> = planted): string[] =>
  Object.entries(plants).flatMap(([name, plant]) => (text.includes(plant) || text.includes(JSON.stringify(plant).slice(1, -1)) ? [name] : []));

export const allPlants = Object.keys(planted);

/** As libraries put requests into their errors. */
const quoting = (what: string, values: unknown): Error => new Error(`${what} failed: ${JSON.stringify(values)}`, { cause: new TypeError(`cannot handle ${JSON.stringify(values)}`) });

const allTexts = Object.values(plantedTexts).join(' / ');

export interface HostileFilm {
  name: string;
  fault: FilmFault;
  changes: FilmChanges;
}

/** Films in which something that nobody has foreseen fails, and says in its error what it had in hand. */
export const hostileFilms: HostileFilm[] = [
  {
    name: 'setting formulas fails',
    fault: {},
    changes: { workshop: (usual) => ({ ...usual, formulas: { check: () => Promise.reject(quoting('tex', { key: plantedKeys.claude, prompt: allTexts })) } }) },
  },
  {
    name: 'the voice fails',
    fault: { speech: () => undefined },
    changes: {
      workshop: (usual) => {
        const speak: typeof usual.speech.speak = ({ text }) => Promise.reject(quoting('axios', { headers: { 'xi-api-key': plantedKeys.elevenLabs }, data: text }));
        return { ...usual, speech: { identity: 'hostile', price: (request) => usual.speech.price(request), speak } };
      },
    },
  },
  {
    name: 'drawing fails',
    fault: {},
    changes: { workshop: (usual) => ({ ...usual, renderer: { identity: 'hostile', render: ({ job }) => Promise.reject(quoting('spawn', { job, env: { SUPABASE_SECRET_KEY: plantedKeys.store } })) } }) },
  },
  {
    name: 'publishing fails',
    fault: {},
    changes: {
      outlets: (usual) => ({
        ...usual,
        publisher: { publish: ({ plan }) => Promise.reject(quoting('fetch', { plan, headers: { authorization: `Bearer ${plantedKeys.user}` }, url: plantedKeys.database })) },
      }),
    },
  },
  {
    name: 'ffmpeg fails and quotes what it read',
    fault: {},
    changes: {
      workshop: (usual) => ({
        ...usual,
        media: { identity: 'hostile', run: () => Promise.reject(new LecternError('media_failed', { message: `ffmpeg stumbled over ${allTexts} ${plantedKeys.database}`, fix: 'Run again.' })) },
      }),
    },
  },
  {
    name: 'no request can be made',
    fault: {},
    changes: { fetch: (_, init) => Promise.reject(new TypeError(`Headers.append: "${JSON.stringify([...new Headers(init?.headers)])}" is an invalid header value.`)) },
  },
  {
    name: 'a scene fails and quotes what it shows',
    fault: {},
    changes: {
      workshop: (usual) => ({
        ...usual,
        renderer: {
          identity: 'talkative',
          async render(task, hooks) {
            const report = await usual.renderer.render(task, hooks);
            return report.failure ? { ...report, failure: { ...report.failure, message: `${allTexts} ${plantedKeys.store}` } } : report;
          },
        },
      }),
    },
  },
];
