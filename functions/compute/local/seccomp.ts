/**
 * The system-call filter of the sandbox, as classic BPF for x86_64: raw `struct sock_filter` records
 * (u16 code, u8 jt, u8 jf, u32 k), which bubblewrap reads from a file descriptor (`--seccomp`).
 */

const AUDIT_ARCH_X86_64 = 0xc000003e;
const X32_SYSCALL_BIT = 0x40000000;
const AF_UNIX = 1;
const CLONE_NEWUSER = 0x10000000;

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;

/** Offsets into `struct seccomp_data`; the first argument's low word, little-endian. */
const SYSCALL_NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

const CLONE = 56;
const SOCKET = 41;
/** Answered with ENOSYS, so that the C library falls back to clone, whose flags a filter can read. */
const CLONE3 = 435;

const actions = { kill: 0x80000000, noSuchCall: 0x00050026, notPermitted: 0x00050001, allow: 0x7fff0000 };
type Action = keyof typeof actions;

/**
 * Calls that nothing inside has a use for. The last group makes memory that belongs to no process and stands in no
 * size-limited folder, so that neither the watchdog nor the size of a tmpfs would see it.
 */
export const deniedSystemCalls: Readonly<Record<string, number>> = {
  ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, pidfd_getfd: 438,
  mount: 165, umount2: 166, move_mount: 429, fsopen: 430, fsconfig: 431, fsmount: 432, fspick: 433, open_tree: 428, mount_setattr: 442,
  unshare: 272, setns: 308, pivot_root: 155, chroot: 161,
  keyctl: 250, add_key: 248, request_key: 249,
  perf_event_open: 298, bpf: 321, userfaultfd: 323, io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427,
  init_module: 175, finit_module: 313, kexec_load: 246, kexec_file_load: 320, name_to_handle_at: 303, open_by_handle_at: 304,
  memfd_create: 319, memfd_secret: 447, shmget: 29, msgget: 68, semget: 64,
};

interface Instruction {
  code: number;
  value: number;
  /** Where to go when the comparison holds, and when it does not; `undefined` is the next instruction. */
  whenTrue?: Action | undefined;
  whenFalse?: Action | undefined;
}

const load = (offset: number): Instruction => ({ code: LOAD_WORD, value: offset });

const rules = (allowInternetSockets: boolean): Instruction[] => [
  load(ARCHITECTURE),
  { code: JUMP_IF_EQUAL, value: AUDIT_ARCH_X86_64, whenFalse: 'kill' },
  load(SYSCALL_NUMBER),
  { code: JUMP_IF_AT_LEAST, value: X32_SYSCALL_BIT, whenTrue: 'kill' },
  { code: JUMP_IF_EQUAL, value: CLONE3, whenTrue: 'noSuchCall' },
  ...Object.values(deniedSystemCalls).map((number): Instruction => ({ code: JUMP_IF_EQUAL, value: number, whenTrue: 'notPermitted' })),
  ...(allowInternetSockets ? [] : firstArgumentRule(SOCKET, { code: JUMP_IF_EQUAL, value: AF_UNIX, whenFalse: 'notPermitted' })),
  ...firstArgumentRule(CLONE, { code: JUMP_IF_ANY_BIT, value: CLONE_NEWUSER, whenTrue: 'notPermitted' }),
];

/** Applies `rule` to the first argument of one call; the number is loaded again for the rules that follow. */
function firstArgumentRule(systemCall: number, rule: Instruction): (Instruction & { skip?: number })[] {
  const body = [load(FIRST_ARGUMENT), rule, load(SYSCALL_NUMBER)];
  return [{ code: JUMP_IF_EQUAL, value: systemCall, skip: body.length }, ...body];
}

const encode = (program: { code: number; value: number; jumpTrue: number; jumpFalse: number }[]): Buffer => {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach((instruction, index) => {
    bytes.writeUInt16LE(instruction.code, index * 8);
    bytes.writeUInt8(instruction.jumpTrue, index * 8 + 2);
    bytes.writeUInt8(instruction.jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(instruction.value >>> 0, index * 8 + 4);
  });
  return bytes;
};

/**
 * The filter's bytes. `allowInternetSockets` leaves out the rule that only AF_UNIX sockets may be made: for ports that
 * need a network, and for proving what the rule is worth.
 */
export function buildSeccompFilter({ allowInternetSockets = false }: { allowInternetSockets?: boolean } = {}): Buffer {
  const listed: (Instruction & { skip?: number })[] = rules(allowInternetSockets);
  const verdicts: Action[] = ['allow', 'notPermitted', 'noSuchCall', 'kill'];
  const distance = (from: number, to: Action | undefined): number => (to === undefined ? 0 : listed.length + verdicts.indexOf(to) - from - 1);
  return encode([
    ...listed.map((instruction, index) => ({
      code: instruction.code,
      value: instruction.value,
      jumpTrue: distance(index, instruction.whenTrue),
      jumpFalse: instruction.skip ?? distance(index, instruction.whenFalse),
    })),
    ...verdicts.map((verdict) => ({ code: RETURN, value: actions[verdict], jumpTrue: 0, jumpFalse: 0 })),
  ]);
}
