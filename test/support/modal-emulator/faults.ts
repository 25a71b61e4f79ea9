import { ServerError, Status } from 'nice-grpc';

/** What is to go wrong with a call. */
export interface CallFault {
  /** A method such as `SandboxCreateV2`, or all of one service: `control`, `router`. */
  call: string;
  status: Status;
  message?: string;
  /** How often; for ever where it is not given. */
  times?: number;
  /** after: what was asked for is done, and its answer is lost. */
  when?: 'before' | 'after';
}

/** Faults of calls, to be planned while the emulator runs. */
export class CallFaults {
  #planned: (CallFault & { left: number })[] = [];

  plan(fault: CallFault): void {
    this.#planned.push({ ...fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.#planned = [];
  }

  /** Throws what is planned for this call at this moment. */
  meet(call: { method: string; service: 'control' | 'router' }, when: 'before' | 'after'): void {
    const fault = this.#planned.find((each) => each.left > 0 && (each.when ?? 'before') === when && [call.method, call.service].includes(each.call));
    if (fault === undefined) return;
    fault.left -= 1;
    throw new ServerError(fault.status, fault.message ?? `planned: ${Status[fault.status]}`);
  }
}
