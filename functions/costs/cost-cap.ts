import { dollars } from '../../shared/dollars.ts';
import { LecternError } from '../../shared/errors.ts';

export interface ReachedCap {
  spentMicroDollars: number;
  /** For calls that are under way. */
  reservedMicroDollars: number;
  /** The most that the call which is refused can come to. */
  mostMicroDollars: number;
  capMicroDollars: number;
}

/** A call would pass what its job may cost. */
export function costCap({ spentMicroDollars, reservedMicroDollars, mostMicroDollars, capMicroDollars }: ReachedCap): LecternError {
  const underWay = reservedMicroDollars > 0 ? `, ${dollars(reservedMicroDollars)} are set aside for calls under way` : '';
  const message =
    `This film may cost ${dollars(capMicroDollars)}: ${dollars(spentMicroDollars)} are spent${underWay}, ` +
    `and the next call can come to ${dollars(mostMicroDollars)}.`;
  const fix =
    'What is done is kept. Run it again with a larger cap, and it goes on from there: --cap DOLLARS on the command line, ' +
    '`max_dollars` in a request, LECTERN_JOB_DOLLARS for all.';
  return new LecternError('cost_cap', { message, fix });
}
