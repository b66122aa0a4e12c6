import postgres from 'postgres'
import journal from '@/drizzle/migrations/meta/_journal.json'
import { guarded } from './guarded'
import { lastMigration } from './migrate'
import { singleConnection } from './single-connection'

/** The database's schema is older than this version. */
export class NotMigrated extends Error {
  constructor() {
    super('The database is not migrated: run vestibule migrate with the same DATABASE_URL first.')
    this.name = 'NotMigrated'
  }
}

/** SQLSTATE of a role that may not look into the migrator's table. */
const FORBIDDEN = '42501'

/**
 * Makes sure that the database's schema is not older than this version, where migrations are a step of their own. It may
 * be newer: until the next version is served everywhere, processes of this one still begin (decision 0107).
 *
 * @param url `postgres://…`
 * @returns whether that is known: a role that changes rows alone may not look
 * @throws NotMigrated
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function requireMigrated(url: string): Promise<boolean> {
  const client = singleConnection(url)
  const { last } = guarded({
    last: () =>
      client.begin(lastMigration).catch((error: unknown) => {
        if (error instanceof postgres.PostgresError && error.code === FORBIDDEN) return null
        throw error
      }),
  })
  try {
    const found = await last()
    if (found === null) return false
    const wanted = Math.max(...journal.entries.map(({ when }) => when))
    if (!found || found.at < wanted) throw new NotMigrated()
    return true
  } finally {
    await client.end({ timeout: 5 })
  }
}
