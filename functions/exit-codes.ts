/** What the command line's exit status says. Documented in README.md. */
export const exitCodes = {
  /** The film is whole. */
  whole: 0,
  /** Something that Lectern did not foresee. */
  unexpected: 1,
  /** The lesson, or the command's words, have to be changed. */
  badInput: 2,
  /** There is a film, but at least one section is a title card. */
  partial: 3,
  /** Something that Lectern needs is missing on this machine. */
  notSetUp: 4,
  /** A provider would not go on, or the film would have cost more than it may. What is done is kept. */
  outside: 5,
  /** Stopped by the user. */
  cancelled: 130,
} as const;
