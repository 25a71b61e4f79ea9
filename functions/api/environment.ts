import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';

export interface User {
  /** Of the store's row. */
  id: string;
  subject: string;
  clerkUserId: string | undefined;
}

export interface Environment {
  Bindings: HttpBindings;
  Variables: {
    /** Absent where a route lets strangers in, and one came. */
    user: User | undefined;
  };
}
export type App = OpenAPIHono<Environment>;
export type ApiContext = Context<Environment>;
