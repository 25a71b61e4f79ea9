import pg from 'pg';
import { databaseDown, denied, duplicate } from './storage-error.ts';

/** What a token says of its bearer. */
export interface Claims {
  role: 'anon' | 'authenticated' | 'service_role';
  sub?: string;
  [claim: string]: unknown;
}
export const SERVICE: Claims = { role: 'service_role' };

export interface Transaction {
  rows: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  first: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row | undefined>;
  /** Rows affected. */
  change: (sql: string, values?: unknown[]) => Promise<number>;
}

export interface Transactions {
  /** Does `work` in one transaction with the caller's role and claims, as PostgREST does: row level security decides. */
  as: <T>(claims: Claims, operation: string, work: (transaction: Transaction) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

const POOL_SIZE = 8;
const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '08006', '08003']);

const isLost = (error: unknown): boolean => {
  const { code, message = '' } = error as { code?: string; message?: string };
  return LOST.has(code ?? '') || /connection terminated|not queryable|timeout exceeded when trying to connect/i.test(message);
};

const inWordsOfStorage = (error: unknown): unknown => {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === '42501') return denied(message);
  if (code === '23505') return duplicate();
  return isLost(error) ? databaseDown() : error;
};

const transactionOn = (client: pg.PoolClient): Transaction => {
  const rows = async <Row extends object>(sql: string, values: unknown[] = []) => (await client.query<Row>(sql, values)).rows;
  return {
    rows,
    first: async <Row extends object>(sql: string, values: unknown[] = []) => (await rows<Row>(sql, values))[0],
    change: async (sql, values = []) => (await client.query(sql, values)).rowCount ?? 0,
  };
};

const SET_CALLER = `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
  set_config('storage.operation', $3, true)`;

/** `databaseUrl` is asked for anew when connections were lost: it is the authenticator's, who may become each of the three roles. */
export const openTransactions = (databaseUrl: () => string, onLost: () => void): Transactions => {
  const newPool = (connectionString: string): pg.Pool => {
    const pool = new pg.Pool({ connectionString, max: POOL_SIZE, connectionTimeoutMillis: 10_000 });
    // Connections end with their server, idle ones and busy ones; the query says so, or the next one.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  };
  let url = databaseUrl();
  let pool = newPool(url);
  const currentPool = (): pg.Pool => {
    if (databaseUrl() === url) return pool;
    void pool.end();
    url = databaseUrl();
    pool = newPool(url);
    return pool;
  };

  const as = async <T>(claims: Claims, operation: string, work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    let client: pg.PoolClient | undefined;
    try {
      client = await currentPool().connect();
      await client.query('begin');
      await client.query(SET_CALLER, [claims.role, JSON.stringify(claims), operation]);
      const result = await work(transactionOn(client));
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      const broken = isLost(error);
      if (!broken) await client?.query('rollback').catch(() => undefined);
      client?.release(broken);
      if (broken) onLost();
      throw inWordsOfStorage(error);
    }
  };
  return { as, close: () => pool.end() };
};
