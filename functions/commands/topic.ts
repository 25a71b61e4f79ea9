import { readFile, stat } from 'node:fs/promises';
import type { Quality, ThemeName } from '../../shared/contract/plan.ts';
import type { JobRequest } from '../../shared/contract/request.ts';
import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { TopicWishes } from '../author/plan/parts.ts';
import { noLessonMaterials } from '../compose.ts';
import { openLog } from '../compose-log.ts';
import { openFlavors, openStudio, topicAuthors, type TopicOrder } from '../compose-topic.ts';
import { type Config, readProviderConfig } from '../config.ts';
import { noPlanner } from '../estimates/no-planner.ts';
import { filmCommand, type FilmOptions, type FilmOrder } from './film.ts';

export interface TopicOptions extends FilmOptions {
  quality?: Quality;
  theme?: ThemeName;
  language?: string;
  voice?: string;
  flavor?: string;
  seconds?: number;
  /** A file that the planner is to look at. */
  image?: string;
  /** The most that the film may cost, in dollars. */
  cap?: number;
  estimate?: boolean;
}

/** `lectern topic "…"`: answers the exit status. */
export async function topicCommand(topic: string, options: TopicOptions): Promise<number> {
  if (options.estimate) {
    const { estimateCommand } = await import('./estimate.ts');
    return estimateCommand({ request: requestOf({ topic, flavor: options.flavor, wishes: wishesOf(options) }), seconds: options.seconds, options });
  }
  return filmCommand(shortened(topic), options, (config) => orderOf(topic, options, config));
}

const MICRO_DOLLARS = 1_000_000;

async function orderOf(topic: string, options: TopicOptions, config: Config): Promise<FilmOrder> {
  const providers = readProviderConfig();
  const log = openLog(options.debug ? 'debug' : 'silent');
  const studio = openStudio(providers, await openFlavors(config, log));
  if (studio === undefined) throw noPlanner();
  const order: TopicOrder = { topic: checked(topic), flavor: options.flavor, wishes: wishesOf(options), image: options.image === undefined ? undefined : await readImage(options.image) };
  return {
    source: topic,
    name: fileName(topic),
    request: requestOf(order),
    capMicroDollars: options.cap === undefined ? providers.jobMicroDollars : Math.round(options.cap * MICRO_DOLLARS),
    authors: topicAuthors(studio, order),
    materials: noLessonMaterials,
  };
}

const wishesOf = ({ quality, theme, language, voice, seconds }: TopicOptions): TopicWishes => ({
  ...(quality && { quality }),
  ...(theme && { theme }),
  ...(language && { language }),
  ...(voice && { voice }),
  ...(seconds && { seconds }),
});

const requestOf = ({ topic, flavor = 'default', wishes, image }: TopicOrder): JobRequest => ({
  topic,
  flavor,
  ...(wishes.quality && { quality: wishes.quality }),
  ...(wishes.language && { language: wishes.language }),
  ...(wishes.voice && { voice: wishes.voice }),
  ...(image && { imageContext: Buffer.from(image).toString('base64') }),
});

const TOPIC_CHARACTERS = 2000;

function checked(topic: string): string {
  const trimmed = topic.trim();
  if (trimmed !== '' && trimmed.length <= TOPIC_CHARACTERS) return trimmed;
  const message = trimmed === '' ? 'The topic is empty.' : `The topic has ${trimmed.length} characters, and may have ${TOPIC_CHARACTERS}.`;
  throw new LecternError('bad_topic', { message, fix: 'Say in a sentence or two what the film is to be about.' });
}

/** What is told of in front of a fault. */
const SHOWN_CHARACTERS = 50;
const shortened = (topic: string): string => (topic.length > SHOWN_CHARACTERS ? `${topic.slice(0, SHOWN_CHARACTERS - 1)}…` : topic);

const NAME_CHARACTERS = 60;

/** A name that every file system takes: the topic's letters and digits. */
function fileName(topic: string): string {
  const words = topic.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = words.join('-').slice(0, NAME_CHARACTERS).replace(/-+$/, '');
  return name === '' ? 'film' : name;
}

async function readImage(file: string): Promise<Uint8Array> {
  const { size } = await stat(file).catch(refuseImage(file));
  if (size <= limits.imageContextBytes) return readFile(file).catch(refuseImage(file));
  const message = `${file} is larger than ${limits.imageContextBytes / 1e6} MB.`;
  throw new LecternError('image_unreadable', { message, fix: 'Make it smaller: models look at no more than about 1500 pixels a side.' });
}

const refuseImage = (file: string) => (cause: NodeJS.ErrnoException) => {
  const message = cause.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${cause.code ?? 'unknown reason'}).`;
  throw new LecternError('image_unreadable', { message, fix: 'Name a PNG, JPEG, GIF or WebP.', cause });
};
