const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** @throws RangeError where a name could lead out of its film */
export function checked(name: string): string {
  if (!NAME.test(name)) throw new RangeError('no name of a live file');
  return name;
}
