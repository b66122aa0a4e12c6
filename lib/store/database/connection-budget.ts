import { sql } from 'drizzle-orm'
import type { Database } from './database'

/** Connections that a database lets roles like ours have, and those that are open. */
export type ConnectionBudget = { readonly most: number; readonly open: number }

/** @returns null where the database does not tell */
export async function readConnectionBudget(db: Database): Promise<ConnectionBudget | null> {
  try {
    const [row] = await db.execute<ConnectionBudget>(sql`
      select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true), '0')::int as most,
        (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as open`)
    return row ?? null
  } catch {
    return null
  }
}

/**
 * What an operator should know before connections run out.
 *
 * @param wanted connections of this process, of which at least one is open
 */
export function shortOfConnections({ most, open }: ConnectionBudget, wanted: number): string | null {
  if (open - 1 + wanted <= most) return null
  return `the database allows ${most} connections, ${open - 1} are taken by others, and this process may open ${wanted}`
}
