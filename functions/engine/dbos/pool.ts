import pg from 'pg';

/**
 * Connections to the database that the engine's tables stand in. Its address is asked anew for each of them: an embedded Postgres
 * may come back on another port.
 */
export function enginePool(databaseUrl: () => string, connections: number): pg.Pool {
  class Connection extends pg.Client {
    constructor() {
      super({ connectionString: databaseUrl(), keepAlive: true, connectionTimeoutMillis: 10_000, idle_in_transaction_session_timeout: 60_000 });
    }
  }
  const pool = new pg.Pool({ Client: Connection, max: connections });
  // Idle connections end with the server; whoever needs one makes a new one.
  pool.on('error', () => undefined);
  return pool;
}
