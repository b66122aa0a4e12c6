import { eq } from 'drizzle-orm'
import { users } from '@/drizzle/schema/organizations'
import type { Users } from '@/lib/oauth/ports/ports'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** End users in Postgres; logins write them, see `logins.ts`. */
export function userStore(db: Database): Users {
  return guarded({
    async find(id) {
      const { email, emailVerified, name } = users
      const [row] = await db
        .select({ id: users.id, email, emailVerified, name })
        .from(users)
        .where(eq(users.id, id))
      return row ? omitNullish(row) : null
    },
  } satisfies Users)
}
