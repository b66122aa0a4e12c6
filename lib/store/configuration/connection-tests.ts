import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { connectionTests, type StoredTestStep } from '@/drizzle/schema/connection-tests'
import type { Sealer } from '@/lib/crypto/seal'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { connectionTestContext } from '@/lib/store/database/sealed-contexts'
import { storable } from '@/lib/store/database/storable'

/** What a test login has come to. Never holds a secret. */
export type ConnectionTestRow = {
  readonly id: string
  readonly organizationId: string
  readonly connectionId: string
  readonly operatorId: string
  readonly operatorName: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly outcome: 'running' | 'passed' | 'failed'
  readonly steps: readonly StoredTestStep[]
  readonly claims?: readonly (readonly [string, string])[]
}

/** What must agree at the callback. */
export type TestAttempt = {
  readonly stateHash: string
  readonly nonce: string
  readonly codeVerifier: string
}

const columns = {
  id: connectionTests.id,
  organizationId: connectionTests.organizationId,
  connectionId: connectionTests.connectionId,
  operatorId: connectionTests.operatorId,
  operatorName: connectionTests.operatorName,
  createdAt: connectionTests.createdAt,
  expiresAt: connectionTests.expiresAt,
  outcome: connectionTests.outcome,
  steps: connectionTests.steps,
  claims: connectionTests.claims,
}

/** Test logins in Postgres. */
export function connectionTestStore(db: Database, sealer: Sealer) {
  const ofConnection = (organizationId: string, connectionId: string) =>
    and(eq(connectionTests.organizationId, organizationId), eq(connectionTests.connectionId, connectionId))
  return guarded({
    /** @param attempt absent when the browser is not sent anywhere */
    async begin(test: ConnectionTestRow, attempt?: TestAttempt): Promise<void> {
      const sealed = attempt && sealer.seal(attempt.codeVerifier, connectionTestContext(test.id))
      await db.insert(connectionTests).values({ ...test, ...attempt, codeVerifier: sealed ?? null })
    },

    /** The attempt with this state, for one caller alone and only in time; null otherwise. */
    async take(
      wanted: { readonly stateHash: string; readonly connectionId: string; readonly operatorId: string },
      now: Date,
    ): Promise<{ readonly test: ConnectionTestRow; readonly attempt: TestAttempt } | null> {
      // An update returns what it wrote, so the secrets are read under the row's lock first.
      return transactInTime(db, async (tx) => {
        const [row] = await tx
          .select()
          .from(connectionTests)
          .where(
            and(
              eq(connectionTests.stateHash, wanted.stateHash),
              eq(connectionTests.connectionId, wanted.connectionId),
              eq(connectionTests.operatorId, wanted.operatorId),
              gt(connectionTests.expiresAt, now),
            ),
          )
          .for('update')
        if (!row) return null
        const { stateHash, nonce, codeVerifier, ...test } = row
        if (stateHash === null || nonce === null || codeVerifier === null) return null
        await tx
          .update(connectionTests)
          .set({ stateHash: null, nonce: null, codeVerifier: null })
          .where(eq(connectionTests.id, row.id))
        const opened = sealer.open(codeVerifier, connectionTestContext(row.id))
        return { test: omitNullish(test), attempt: { stateHash, nonce, codeVerifier: opened } }
      })
    },

    async finish(id: string, result: Pick<ConnectionTestRow, 'outcome' | 'steps' | 'claims'>): Promise<void> {
      await db.update(connectionTests).set(storable(result)).where(eq(connectionTests.id, id))
    },

    async find(organizationId: string, connectionId: string, id: string): Promise<ConnectionTestRow | null> {
      const [row] = await db
        .select(columns)
        .from(connectionTests)
        .where(and(ofConnection(organizationId, connectionId), eq(connectionTests.id, id)))
      return row ? omitNullish(row) : null
    },

    /** The newest first. */
    async list(
      organizationId: string,
      connectionId: string,
      limit: number,
    ): Promise<readonly ConnectionTestRow[]> {
      const rows = await db
        .select(columns)
        .from(connectionTests)
        .where(ofConnection(organizationId, connectionId))
        .orderBy(desc(connectionTests.createdAt), sql`id`)
        .limit(limit)
      return rows.map(omitNullish)
    },
  })
}
