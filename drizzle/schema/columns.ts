import { sql } from 'drizzle-orm'
import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'

/** A point in time, with its zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true })

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** When the row was written. */
export const createdAt = () => instant('created_at').notNull().defaultNow()

/** What a member or an API key may do in an organization: `Role` of lib/access.ts. */
export const role = () => text('role', { enum: ['owner', 'admin', 'support', 'auditor'] }).notNull()

/**
 * Counts the changes of a row, by every `update` and upsert that drizzle builds: what a process keeps of the row in
 * memory is good for a statement whose condition finds the same version. Decision 0052.
 *
 * @param table whose name stands before the column, since an upsert knows two of it
 */
export const version = (table: 'clients' | 'servers') =>
  integer('version')
    .notNull()
    .default(1)
    .$onUpdate(() => sql.raw(`${table}.version + 1`))
