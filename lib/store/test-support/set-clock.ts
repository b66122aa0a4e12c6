import { sql } from 'drizzle-orm'
import { administer } from '@/test/cluster'
import type { Database } from '../database/database'

/**
 * Puts a clock that a test can set in front of the database's own. Deadlines go by the real one.
 *
 * @param url of the database, which nothing is connected to yet but a pooler
 */
export async function installClock(url: string): Promise<void> {
  const database = new URL(url).pathname.slice(1)
  await administer(
    url,
    `create schema if not exists test_clock;
     create table if not exists test_clock.time (value timestamptz);
     truncate test_clock.time;
     insert into test_clock.time values (null);
     create or replace function test_clock.clock_timestamp() returns timestamptz language sql volatile
       as 'select coalesce((select value from test_clock.time), pg_catalog.clock_timestamp())';
     alter database ${database} set search_path = test_clock, pg_catalog, public;
     select pg_terminate_backend(pid) from pg_stat_activity
       where datname = '${database}' and pid <> pg_backend_pid()`,
  )
}

/** Sets the time that statements see, on all connections. */
export async function setClock(db: Database, time: Date): Promise<void> {
  await db.execute(sql`update test_clock.time set value = ${time.toISOString()}::timestamptz`)
}
