import { text, timestamp } from 'drizzle-orm/pg-core'

/** A point in time, with its zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true })

/** When the row was written. */
export const createdAt = () => instant('created_at').notNull().defaultNow()

/** What a member or an API key may do in an organization: `Role` of lib/access.ts. */
export const role = () => text('role', { enum: ['owner', 'admin', 'support', 'auditor'] }).notNull()
