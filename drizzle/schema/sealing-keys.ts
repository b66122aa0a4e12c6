import { pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * The ids of the keys that something may be sealed with. A start without one of them is refused. A row is removed
 * only once everything that its key sealed has been sealed again with another key, and no refresh token names it.
 */
export const sealingKeys = pgTable('sealing_keys', {
  keyId: text('key_id').primaryKey(),
  /** Derived from the key, so that another one under its id is noticed; null: not known yet. */
  checkValue: text('check_value'),
  firstUsedAt: instant('first_used_at').notNull().defaultNow(),
})
