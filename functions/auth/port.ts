/** What a request says of who sends it. */
export interface Credentials {
  /** The header `Authorization`, as it came. */
  authorization: string | undefined;
  /** The header `Host`, as it came. */
  host: string | undefined;
}

/** Who a request comes from. */
export interface Caller {
  /** The `sub` of the token. */
  subject: string;
  /** Set where the subject is one of Clerk's. */
  clerkUserId?: string | undefined;
}

export interface Auth {
  /** @throws LecternError `unauthenticated`, `token_expired`, `token_refused`; `auth_unavailable` (retryable) when keys cannot be fetched */
  identify(credentials: Credentials): Promise<Caller>;
}
