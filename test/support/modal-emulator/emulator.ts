import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type CallContext, type CompatServiceDefinition, ServerError, type ServerMiddleware, Status } from 'nice-grpc';
import { bubblewrapMachine, type ImageContents } from './bubblewrap-machine.ts';
import { objectCalls } from './control-plane.ts';
import { loadDefinitions } from './definitions.ts';
import { type CallFault, CallFaults } from './faults.ts';
import { routerCalls } from './router-calls.ts';
import { sandboxCalls } from './sandbox-calls.ts';
import { type Script, scriptedMachine } from './scripted-machine.ts';
import type { Settings } from './settings.ts';
import { type Creation, emptyWorld, ENDED, expiryOf, sandboxOf, type SandboxRecord, type World } from './world.ts';

export interface EmulatorOptions {
  port?: number;
  /** For the files of sandboxes and volumes; nobody's to enter as well, where it is root who runs this. */
  stateFolder: string;
  contents?: ImageContents;
  /** Stands in for all programs: sandboxes without processes. */
  script?: Script;
  settings?: Partial<Settings>;
}

export interface Emulator {
  /** For MODAL_SERVER_URL. */
  url: string;
  token: Settings['token'];
  /** May be changed at any time. */
  settings: Settings;
  faults: { plan: (fault: CallFault) => void; clear: () => void };
  world: World;
  /** How often each call was made, by its name. */
  calls: Map<string, number>;
  /** Sandboxes in the order in which they were created. */
  creations: Creation[];
  running: () => SandboxRecord[];
  /** Takes a sandbox away, as a machine that is lost does. */
  lose: (sandboxId: string) => void;
  /** From now on no token for control calls is known. */
  forgetTokens: () => void;
  commitVolumes: (sandboxId: string) => Promise<void>;
  close: () => Promise<void>;
}

const LARGEST_MESSAGE = 100 * 1024 * 1024;

/** A Modal on the loopback for the unmodified SDK, which finds it by MODAL_SERVER_URL. */
export async function startEmulator({ port = 0, stateFolder, contents = { folders: [], environment: {} }, script, settings: wished }: EmulatorOptions): Promise<Emulator> {
  for (const folder of ['sandboxes', 'mounts', 'volumes']) mkdirSync(`${stateFolder}/${folder}`, { recursive: true });
  chmodSync(stateFolder, 0o755);
  const world = emptyWorld();
  const faults = new CallFaults();
  const calls = new Map<string, number>();
  const settings: Settings = {
    token: { id: 'ak-emulated', secret: 'as-emulated' },
    controlTokenSeconds: 1200,
    routerTokenSeconds: 3600,
    volumeDelayMilliseconds: 0,
    createMilliseconds: 0,
    imageBuildFault: undefined,
    makeMachine: (wishes) => (script === undefined ? bubblewrapMachine({ stateFolder, contents }, wishes) : scriptedMachine(script, wishes)),
    ...wished,
  };
  let address = '';
  const { ModalClientDefinition, TaskCommandRouterDefinition } = loadDefinitions();
  const { commitVolumes, ...router } = routerCalls(world, settings);
  // The SDK dials a router by https only, and plainly where the control plane is on the loopback.
  const control = { ...objectCalls(world, settings, stateFolder), ...sandboxCalls(world, settings, () => address.replace('http:', 'https:')) };

  const meet: ServerMiddleware = async function* (call, context) {
    const [, service = '', method = ''] = call.method.path.split('/');
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const met = { method, service: service.startsWith('modal.client') ? 'control' : 'router' } as const;
    if (met.service === 'control') requireToken({ world, settings, context, method });
    else requireRouterToken(context);
    faults.meet(met, 'before');
    const answer = yield* call.next(call.request, context);
    faults.meet(met, 'after');
    return answer;
  };
  const server = createServer({ 'grpc.max_receive_message_length': LARGEST_MESSAGE, 'grpc.max_send_message_length': LARGEST_MESSAGE }).use(meet);
  server.add(ModalClientDefinition, complete(ModalClientDefinition, control));
  server.add(TaskCommandRouterDefinition, complete(TaskCommandRouterDefinition, router));
  address = `http://127.0.0.1:${await server.listen(`127.0.0.1:${port}`)}`;
  return {
    url: address, token: settings.token, settings, faults, world, calls, commitVolumes,
    creations: world.creations,
    running: () => [...world.sandboxes.values()].filter(({ result }) => result === undefined),
    lose: (sandboxId) => sandboxOf(world, sandboxId).end({ status: ENDED.lost, exitcode: 137 }),
    forgetTokens: () => world.tokens.clear(),
    async close() {
      for (const sandbox of world.sandboxes.values()) sandbox.end({ status: ENDED.terminated });
      server.forceShutdown();
      await Promise.all([...world.sandboxes.values()].flatMap(({ executions }) => [...executions.values()].map(({ ended }) => ended)));
    },
  };
}

interface ControlCall {
  world: World;
  settings: Settings;
  context: CallContext;
  method: string;
}

/** The pair of keys with every call, and the token that was got for it with every call but the one that gets it. */
function requireToken({ world, settings, context, method }: ControlCall): void {
  const sent = (name: string): string => String(context.metadata.get(name) ?? '');
  if (sent('x-modal-token-id') !== settings.token.id || sent('x-modal-token-secret') !== settings.token.secret) throw new ServerError(Status.UNAUTHENTICATED, 'Token ID or secret is invalid');
  if (method === 'AuthTokenGet') return;
  const token = sent('x-modal-auth-token');
  if (!world.tokens.has(token) || expiryOf(token) < Date.now() / 1000) throw new ServerError(Status.UNAUTHENTICATED, 'The token is unknown or has expired');
}

function requireRouterToken({ metadata }: CallContext): void {
  const [scheme, token = ''] = String(metadata.get('authorization') ?? '').split(' ');
  if (scheme !== 'Bearer' || expiryOf(token) < Date.now() / 1000) throw new ServerError(Status.UNAUTHENTICATED, 'The token has expired');
}

/** Whatever the emulator does not know is answered by its name. */
function complete(definition: CompatServiceDefinition, known: Record<string, unknown>): Record<string, unknown> {
  const methods = (definition as unknown as { methods: Record<string, { name: string; responseStream: boolean }> }).methods;
  return Object.fromEntries(Object.entries(methods).map(([key, { name, responseStream }]) => [key, known[key] ?? unknown(name, responseStream)]));
}

const unknown = (name: string, responseStream: boolean): unknown => {
  const refuse = (): never => {
    throw new ServerError(Status.UNIMPLEMENTED, `The emulator has no ${name}`);
  };
  return responseStream
    ? async function* () {
        yield await Promise.resolve(refuse());
      }
    : async () => refuse();
};
