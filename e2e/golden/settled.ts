import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'

/** Waits until what happens after an answer has happened: events in the audit chain, and upstream tokens revoked. */
export async function settled(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    for (;;) {
      const [state] = await sql`select
        not exists (select from unchained_events) and
        (select count(*) from security_events where kind = 'grant_revoked') =
        (select count(*) from security_events where kind = 'upstream_revoked') as settled`
      if (state?.settled) return
      await wait(50)
    }
  } finally {
    await sql.end()
  }
}
