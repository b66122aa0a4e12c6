import { and, eq, gt, sql } from 'drizzle-orm'
import { samlAssertions } from '@/drizzle/schema/saml-assertions'
import type { SamlAssertion, SamlAssertions } from '@/lib/oauth/ports/saml-assertions'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { storable } from '@/lib/store/database/storable'
import { sweep } from '@/lib/store/database/sweep'

/** Received SAML assertions in Postgres. */
export function samlAssertionStore(db: Database): SamlAssertions {
  const { hash, connectionId, assertion, expiresAt } = samlAssertions
  return guarded({
    async save(received, now) {
      await db.execute(sql`
        with ${sweep(hash, expiresAt, now)}
        insert into ${samlAssertions} (hash, connection_id, assertion, expires_at)
        values (${received.hash}, ${received.connectionId}, ${sql.param(storable(received.assertion), assertion)},
          ${sql.param(received.expiresAt, expiresAt)})
        on conflict (hash) do update set expires_at = excluded.expires_at`)
    },

    async take(id, connection, now): Promise<SamlAssertion | null> {
      const [row] = await db
        .delete(samlAssertions)
        .where(and(eq(hash, id), eq(connectionId, connection), gt(expiresAt, now), inTime(db)))
        .returning({ assertion })
      return row?.assertion ?? null
    },
  } satisfies SamlAssertions)
}
