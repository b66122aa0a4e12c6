import { sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { mails } from '@/drizzle/schema/mails'
import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { unchainedEvents } from '@/drizzle/schema/security-events'
import { signingKeys } from '@/drizzle/schema/servers'
import { webhookDeliveries } from '@/drizzle/schema/webhooks'
import { ENDS_SOON } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '../database/database'
import { guarded } from '../database/guarded'

/** What waits to be done, and how old things are. */
export type Backlog = {
  readonly unchained: number
  /** Seconds. */
  readonly auditLag: number
  readonly deliveries: Readonly<Record<string, number>>
  /** Seconds. */
  readonly keyAge: number
  /** Of the keys that values are sealed with, by their ids, in seconds. */
  readonly sealingKeyAges: Readonly<Record<string, number>>
  /** API keys that end within {@link ENDS_SOON}. */
  readonly apiKeysEnding: number
  /** By state. */
  readonly mails: Readonly<Record<string, number>>
}

const counts = (rows: readonly { readonly state: string; readonly count: number }[]) =>
  Object.fromEntries(rows.map(({ state, count }) => [state, count]))

/** Asked whenever the metrics are read. */
export function readBacklog(db: Database): Promise<Backlog> {
  const { read } = guarded({
    async read() {
      const [row] = await db.execute<Record<'unchained' | 'ending' | 'lag' | 'age', number>>(sql`
        select (select count(*) from ${unchainedEvents})::int as unchained,
          (select count(*) from ${apiKeys} where revoked_at is null
            and expires_at between clock_timestamp() and clock_timestamp() + make_interval(secs => ${ENDS_SOON}::int))::int as ending,
          (select coalesce(extract(epoch from clock_timestamp() - min(at)), 0) from ${unchainedEvents})::float8 as lag,
          (select coalesce(extract(epoch from clock_timestamp() - min(activates_at)), 0) from ${signingKeys}
            where withdrawn_at is null)::float8 as age`)
      const states = await db
        .select({ state: webhookDeliveries.state, count: sql<number>`count(*)::int` })
        .from(webhookDeliveries)
        .groupBy(webhookDeliveries.state)
      const mailStates = await db
        .select({ state: mails.state, count: sql<number>`count(*)::int` })
        .from(mails)
        .groupBy(mails.state)
      const keys = await db
        .select({
          id: sealingKeys.keyId,
          age: sql<number>`extract(epoch from clock_timestamp() - ${sealingKeys.firstUsedAt})::float8`,
        })
        .from(sealingKeys)
      return {
        apiKeysEnding: row?.ending ?? 0,
        mails: { waiting: 0, sent: 0, failed: 0, ...counts(mailStates) },
        sealingKeyAges: Object.fromEntries(keys.map(({ id, age }) => [id, Math.max(0, age)])),
        unchained: row?.unchained ?? 0,
        auditLag: Math.max(0, row?.lag ?? 0),
        keyAge: Math.max(0, row?.age ?? 0),
        deliveries: {
          waiting: 0,
          delivered: 0,
          dead: 0,
          ...counts(states),
        },
      }
    },
  })
  return read()
}
