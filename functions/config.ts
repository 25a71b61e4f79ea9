import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import { LecternError } from '../shared/errors.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** What the set-up script wrote down about this machine. */
const setupSchema = z.object({ venv: z.string(), python: z.string(), dataFolder: z.string() });
const manifestSchema = z.object({ version: z.string() });

export interface Config {
  checkout: string;
  version: string;
  /** The virtual environment that Manim stands in. */
  venv: string;
  /** Where rows and files, artefacts, TeX cache and copies that a sandbox may read are kept between runs. */
  dataFolder: string;
  /** Where work folders are made. */
  workFolder: string;
  cores: number;
  /** The interpreter that runs this very process. */
  node: string;
  compute: ComputeConfig;
}

/** Where sections are drawn: on this host, unless at Modal. */
export interface ComputeConfig {
  modal: ModalConfig | undefined;
}

export interface ModalConfig {
  tokenId: string;
  tokenSecret: string;
  appName: string;
  /** As `npm run deploy` publishes it. */
  imageName: string;
  /** How many a process draws at once. */
  sectionsAtOnce: number;
  /** The most sandboxes that are started ahead by a process. */
  waitingSandboxes: number;
}

/** Where rows and files are kept. */
export interface StoreConfig {
  /** A Supabase project elsewhere; the embedded one where there is none. */
  hosted: { url: string; publishableKey: string | undefined; secretKey: string; databaseUrl: string | undefined } | undefined;
  /** A PostgREST of the user's own for the embedded store. */
  postgrestProgram: string | undefined;
  /** Of Clerk, whose tokens the embedded store believes then as well. */
  clerkKey: string | undefined;
}

export interface ServiceConfig {
  host: string;
  port: number;
  /** Address of the service as its users see it; that which it listens on where it is not given. */
  publicUrl: string | undefined;
  auth: 'none' | 'supabase' | 'clerk';
  clerk: { jwtKey: string; issuer: string; authorizedParties: string[] };
  /** Origins of web pages that may call from a browser. */
  origins: string[];
  limits: {
    runningJobs: number;
    dayMicroDollars: number;
    jobsAnHour: number;
    requestsAMinute: number;
  };
  drainSeconds: number;
  logLevel: string;
  /** Whether the service runs jobs itself, besides accepting them. */
  works: boolean;
}

/** Providers that are paid, each known by its key. */
export interface ProviderConfig {
  anthropic: { key: string; baseUrl: string | undefined } | undefined;
  google: { key: string; baseUrl: string | undefined } | undefined;
  /** OpenAI, or whatever speaks its protocol, a model on this machine included. */
  openAi: { key: string | undefined; baseUrl: string } | undefined;
  elevenLabs: { key: string; voiceId: string | undefined; baseUrl: string | undefined } | undefined;
  /** What happens when paid speech stays down: another voice narrates the whole film, or the job stops. */
  speechDown: 'other-voice' | 'stop';
  /** The most that a job may cost, where its request does not say. */
  jobMicroDollars: number;
}

/** Where failures are told to whoever mends Lectern. */
export interface WatchConfig {
  /** Of a project at Sentry; nothing is sent without it. */
  dsn: string | undefined;
  /** Address that a Spotlight on this machine takes events at. */
  spotlight: string | undefined;
  /** What this installation is called there. */
  environment: string;
  /** The values of every key that is set, which nobody is told. */
  secrets: string[];
}

/** Of a process that runs jobs. */
export interface WorkerConfig {
  /** Names the process among those that run jobs; a free name is found where it is not given. */
  name: string | undefined;
  /** After how long of silence a worker's jobs are taken over. */
  silenceSeconds: number;
  /** How many run at once: in each worker, and in all of them together. The last worker to be started says for all. */
  jobs: { perWorker: number; inAll: number };
  sections: { perWorker: number; inAll: number };
}

type Environment = NodeJS.ProcessEnv;

/**
 * Reads, with those below, the environment: nothing else does.
 * @throws LecternError `not_set_up` when the set-up script has not finished on this machine, `bad_environment`
 */
export function readConfig(environment: Environment = process.env): Config {
  const setup = readSetup();
  const dataFolder = environment['LECTERN_DATA'] || setup.dataFolder;
  return {
    checkout,
    version: manifestSchema.parse(JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))).version,
    venv: setup.venv,
    dataFolder,
    workFolder: join(tmpdir(), 'lectern'),
    cores: positive(environment, 'LECTERN_CORES') ?? availableParallelism(),
    node: process.execPath,
    compute: { modal: modalOf(environment) },
  };
}

/** Sandboxes are Modal's to count; what bounds a process is what it does for each: speech, looking at clips, and their transfer. */
const USUAL_SECTIONS_AT_MODAL = 64;
const USUAL_WAITING_SANDBOXES = 8;

/** MODAL_SERVER_URL is the SDK's own to read. */
function modalOf(environment: Environment): ModalConfig | undefined {
  const compute = environment['COMPUTE'] || 'local';
  if (compute !== 'local' && compute !== 'modal') throw badEnvironment(`COMPUTE is \`${compute}\`.`, 'Set it to local or modal.');
  if (compute === 'local') return undefined;
  const [tokenId, tokenSecret] = [environment['MODAL_TOKEN_ID'], environment['MODAL_TOKEN_SECRET']];
  if (!tokenId || !tokenSecret) throw badEnvironment('COMPUTE is `modal`, and no token of Modal is set.', 'Set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, or COMPUTE to local.');
  const deployment = environment['LECTERN_DEPLOYMENT'] || 'dev';
  if (deployment !== 'dev' && deployment !== 'prod') throw badEnvironment(`LECTERN_DEPLOYMENT is \`${deployment}\`.`, 'Set it to dev or prod.');
  return {
    tokenId, tokenSecret,
    appName: `lectern-${deployment}`,
    imageName: `lectern-render-${deployment}`,
    sectionsAtOnce: positive(environment, 'LECTERN_SECTIONS_PER_WORKER') ?? USUAL_SECTIONS_AT_MODAL,
    waitingSandboxes: environment['LECTERN_WAITING_SANDBOXES'] === '0' ? 0 : (positive(environment, 'LECTERN_WAITING_SANDBOXES') ?? USUAL_WAITING_SANDBOXES),
  };
}

/** @throws LecternError `bad_environment` where a hosted store is named by halves */
export function readStoreConfig(environment: Environment = process.env): StoreConfig {
  const url = environment['SUPABASE_URL'] || undefined;
  const secretKey = environment['SUPABASE_SECRET_KEY'] || undefined;
  if ((url === undefined) !== (secretKey === undefined)) {
    const missing = url === undefined ? 'SUPABASE_URL' : 'SUPABASE_SECRET_KEY';
    throw badEnvironment(`${missing} is not set, and its counterpart is.`, 'Set both for a Supabase project of yours, or neither for the embedded store.');
  }
  const publishableKey = environment['SUPABASE_PUBLISHABLE_KEY'] || undefined;
  const databaseUrl = environment['DATABASE_URL'] || undefined;
  return {
    hosted: url && secretKey ? { url: url.replace(/\/+$/, ''), secretKey, publishableKey, databaseUrl } : undefined,
    postgrestProgram: environment['POSTGREST_BIN'] || undefined,
    clerkKey: environment['CLERK_JWT_KEY'] || undefined,
  };
}

/** @throws LecternError `bad_environment` */
export function readServiceConfig(environment: Environment = process.env): ServiceConfig {
  const auth = environment['AUTH'] || 'none';
  if (auth !== 'none' && auth !== 'supabase' && auth !== 'clerk') {
    throw badEnvironment(`AUTH is \`${auth}\`.`, 'Set it to none, supabase or clerk.');
  }
  return {
    host: environment['LECTERN_HOST'] || '127.0.0.1',
    port: portOf(environment),
    publicUrl: environment['LECTERN_PUBLIC_URL']?.replace(/\/+$/, '') || undefined,
    auth,
    clerk: {
      jwtKey: environment['CLERK_JWT_KEY'] ?? '',
      issuer: environment['CLERK_ISSUER'] ?? '',
      authorizedParties: listOf(environment['CLERK_AUTHORIZED_PARTIES']),
    },
    origins: listOf(environment['LECTERN_ORIGINS']),
    limits: {
      runningJobs: positive(environment, 'LECTERN_RUNNING_JOBS') ?? 2,
      dayMicroDollars: (positive(environment, 'LECTERN_DAY_DOLLARS') ?? 20) * 1_000_000,
      jobsAnHour: positive(environment, 'LECTERN_JOBS_AN_HOUR') ?? 60,
      requestsAMinute: positive(environment, 'LECTERN_REQUESTS_A_MINUTE') ?? 600,
    },
    drainSeconds: positive(environment, 'LECTERN_DRAIN_SECONDS') ?? 25,
    logLevel: logLevelOf(environment),
    works: (environment['LECTERN_SERVE_WORKER'] || 'yes') !== 'no',
  };
}

/** @throws LecternError `bad_environment` */
export function readWorkerConfig({ cores, compute }: Pick<Config, 'cores' | 'compute'>, environment: Environment = process.env): WorkerConfig {
  return {
    name: environment['LECTERN_WORKER_NAME'] || undefined,
    silenceSeconds: positive(environment, 'LECTERN_WORKER_SILENCE_SECONDS') ?? USUAL_SILENCE_SECONDS,
    jobs: { perWorker: positive(environment, 'LECTERN_JOBS_PER_WORKER') ?? USUAL_JOBS, inAll: positive(environment, 'LECTERN_JOBS_IN_ALL') ?? MANY },
    sections: {
      // One more than there are cores: while those draw, the next section is spoken.
      perWorker: compute.modal?.sectionsAtOnce ?? positive(environment, 'LECTERN_SECTIONS_PER_WORKER') ?? cores + 1,
      inAll: positive(environment, 'LECTERN_SECTIONS_IN_ALL') ?? MANY,
    },
  };
}

/** With a look every four seconds: the work of a dead worker goes on within half a minute. */
const USUAL_SILENCE_SECONDS = 20;
/** Each has a plan, a workspace and events; their sections share the places of the worker. */
const USUAL_JOBS = 4;
const MANY = 1000;

/** @throws LecternError `bad_environment` */
export function readProviderConfig(environment: Environment = process.env): ProviderConfig {
  const given = (name: string): string | undefined => environment[name] || undefined;
  const keyed = (name: string, baseUrlName: string) => {
    const key = given(name);
    return key === undefined ? undefined : { key, baseUrl: given(baseUrlName) };
  };
  const elevenLabs = keyed('ELEVENLABS_API_KEY', 'ELEVENLABS_BASE_URL');
  const openAiKey = given('OPENAI_API_KEY');
  const openAiUrl = given('OPENAI_BASE_URL');
  const speechDown = given('LECTERN_SPEECH_DOWN') ?? 'stop';
  if (speechDown !== 'stop' && speechDown !== 'other-voice') {
    throw badEnvironment(`LECTERN_SPEECH_DOWN is \`${speechDown}\`.`, 'Set it to stop or other-voice.');
  }
  return {
    anthropic: keyed('ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'),
    google: keyed('GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_GENERATIVE_AI_BASE_URL'),
    openAi: openAiKey === undefined && openAiUrl === undefined ? undefined : { key: openAiKey, baseUrl: openAiUrl ?? 'https://api.openai.com/v1' },
    elevenLabs: elevenLabs && { ...elevenLabs, voiceId: given('ELEVENLABS_VOICE_ID') },
    speechDown,
    jobMicroDollars: (positive(environment, 'LECTERN_JOB_DOLLARS') ?? USUAL_JOB_DOLLARS) * 1_000_000,
  };
}

const USUAL_JOB_DOLLARS = 5;

const USUAL_SPOTLIGHT = 'http://localhost:8969/stream';
const SECRETS = [
  'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'OPENAI_API_KEY', 'ELEVENLABS_API_KEY', 'SUPABASE_SECRET_KEY', 'SUPABASE_PUBLISHABLE_KEY',
  'DATABASE_URL', 'SENTRY_DSN', 'MODAL_TOKEN_ID', 'MODAL_TOKEN_SECRET',
];

/** As the SDK reads it: an address, or whether there is one where Spotlight usually listens. */
function spotlightOf(text: string): string | undefined {
  if (/^(1|true|t|y|yes|on)$/i.test(text)) return USUAL_SPOTLIGHT;
  return /^https?:/.test(text) ? text : undefined;
}

export function readWatchConfig(environment: Environment = process.env): WatchConfig {
  const dsn = environment['SENTRY_DSN'] || undefined;
  const spotlight = spotlightOf(environment['SENTRY_SPOTLIGHT'] ?? '');
  const usual = dsn === undefined && spotlight !== undefined ? 'development' : 'production';
  return {
    dsn,
    spotlight,
    environment: environment['SENTRY_ENVIRONMENT'] || usual,
    secrets: SECRETS.flatMap((name) => environment[name] || []),
  };
}

/** Where users find the service, when nothing else is known of it than its settings. */
export const publicUrlOf = ({ publicUrl, host, port }: ServiceConfig): string => publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

function readSetup(): z.infer<typeof setupSchema> {
  try {
    return setupSchema.parse(JSON.parse(readFileSync(join(checkout, '.lectern/setup.json'), 'utf8')));
  } catch (cause) {
    throw new LecternError('not_set_up', { message: 'Lectern is not set up on this machine.', fix: 'Run: npm run setup', cause });
  }
}

const badEnvironment = (message: string, fix: string): LecternError => new LecternError('bad_environment', { message, fix });

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');

function positive(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw badEnvironment(`${name} is \`${text}\`, which is not a whole number above 0.`, 'Set it to a number, or unset it.');
}

const USUAL_PORT = 8080;
const LAST_PORT = 65_535;

function portOf(environment: Environment): number {
  const text = environment['PORT'];
  if (text === undefined || text === '') return USUAL_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) return port;
  throw badEnvironment(`PORT is \`${text}\`, which is no port.`, `Set it to a number up to ${LAST_PORT}, or 0 for any that is free.`);
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

function logLevelOf(environment: Environment): string {
  const level = environment['LECTERN_LOG_LEVEL'] || 'info';
  if (LOG_LEVELS.includes(level)) return level;
  throw badEnvironment(`LECTERN_LOG_LEVEL is \`${level}\`.`, `Set it to one of: ${LOG_LEVELS.join(', ')}.`);
}
