import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { linkCeremonies, type ProvenIdentity } from '@/drizzle/schema/link-ceremonies'
import type { Sealer } from '@/lib/crypto/seal'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { linkCeremonyContext } from '@/lib/store/database/sealed-contexts'
import { storable } from '@/lib/store/database/storable'
import { sweep } from '@/lib/store/database/sweep'

/** A ceremony as its browser began it. */
export type NewCeremony = {
  readonly id: string
  readonly organizationId: string
  readonly userId: string
  readonly sessionHash: string
  readonly otherConnectionId: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** What must agree at the callback of one login. */
export type CeremonyAttempt = {
  readonly connectionId: string
  readonly stateHash: string
  readonly nonce: string
  readonly codeVerifier: string
}

export type Ceremony = NewCeremony & { readonly identity: ProvenIdentity | null }

/** Ceremonies of users who link another login, in Postgres. Decision 0133. */
export function linkCeremonyStore(db: Database, sealer: Sealer) {
  const sealed = (id: string, { codeVerifier, ...attempt }: CeremonyAttempt) => ({
    ...attempt,
    codeVerifier: sealer.seal(codeVerifier, linkCeremonyContext(id, attempt.stateHash)),
  })
  const { id: key, expiresAt } = linkCeremonies
  return guarded({
    /** A browser has one at a time: the newest. */
    begin: (ceremony: NewCeremony, attempt: CeremonyAttempt): Promise<void> =>
      transactInTime(db, async (tx) => {
        await tx.execute(sql`with ${sweep(key, expiresAt, ceremony.createdAt)} select`)
        await tx.delete(linkCeremonies).where(isOfBrowser(ceremony))
        await tx.insert(linkCeremonies).values({ ...ceremony, ...sealed(ceremony.id, attempt) })
      }),

    /** The ceremony whose login this answers, for one caller alone, in its browser and in time; null otherwise. */
    take: (
      wanted: {
        readonly stateHash: string
        readonly connectionId: string
        readonly sessions: readonly string[]
      },
      now: Date,
    ): Promise<{ readonly ceremony: Ceremony; readonly attempt: CeremonyAttempt } | null> =>
      transactInTime(db, async (tx) => {
        const [row] = await tx
          .select()
          .from(linkCeremonies)
          .where(
            and(
              eq(linkCeremonies.stateHash, wanted.stateHash),
              eq(linkCeremonies.connectionId, wanted.connectionId),
              isOpenIn(wanted.sessions, now),
            ),
          )
          .for('update')
        if (!row) return null
        const { stateHash, nonce, codeVerifier, connectionId, ...ceremony } = row
        if (stateHash === null || nonce === null || codeVerifier === null) return null
        await tx
          .update(linkCeremonies)
          .set({ stateHash: null, nonce: null, codeVerifier: null })
          .where(eq(key, row.id))
        const opened = sealer.open(codeVerifier, linkCeremonyContext(row.id, stateHash))
        return { ceremony, attempt: { connectionId, stateHash, nonce, codeVerifier: opened } }
      }),

    /** The next login of it. */
    async next(id: string, attempt: CeremonyAttempt): Promise<void> {
      await db.update(linkCeremonies).set(sealed(id, attempt)).where(eq(key, id))
    },

    /**
     * Both logins are proven.
     *
     * @param answerHash of what the browser is given that came back from the second one
     */
    async prove(id: string, identity: ProvenIdentity, answerHash: string): Promise<void> {
      await db
        .update(linkCeremonies)
        .set({ identity: storable(identity), stateHash: answerHash })
        .where(eq(key, id))
    },

    /** One that waits for its user's yes, in the browser that proved both logins; null otherwise. */
    async find(
      answerHash: string,
      sessions: readonly string[],
      now: Date,
    ): Promise<(Ceremony & { readonly identity: ProvenIdentity }) | null> {
      const [row] = await db
        .select()
        .from(linkCeremonies)
        .where(and(eq(linkCeremonies.stateHash, answerHash), isOpenIn(sessions, now)))
      return row?.identity ? { ...row, identity: row.identity } : null
    },
  })
}

/** In time, and in a browser with one of these sessions. */
const isOpenIn = (sessions: readonly string[], now: Date) =>
  and(inArray(linkCeremonies.sessionHash, [...sessions]), gt(linkCeremonies.expiresAt, now))

const isOfBrowser = ({ organizationId, userId, sessionHash }: NewCeremony) =>
  and(
    eq(linkCeremonies.organizationId, organizationId),
    eq(linkCeremonies.userId, userId),
    eq(linkCeremonies.sessionHash, sessionHash),
  )
