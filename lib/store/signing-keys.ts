import { and, desc, eq, isNull } from 'drizzle-orm'
import { signingKeys } from '@/drizzle/schema/servers'
import type { Sealer } from '@/lib/crypto/seal'
import type { PublicJwk } from '@/lib/oauth/ports'
import type { Database } from './database'
import { guarded } from './guarded'
import { signingKeyContext } from './sealed-contexts'

/** A key that a server signs with. */
export type SigningKey = {
  readonly kid: string
  readonly publicJwk: PublicJwk
  /** The private JWK (RFC 7517). */
  readonly privateJwk: Readonly<Record<string, string>>
}

/** The half of a key that everybody may see. */
export type PublicSigningKey = {
  readonly kid: string
  readonly publicJwk: PublicJwk
  readonly createdAt: Date
  /** When it stopped signing; tokens it signed before that are still about. */
  readonly retiredAt?: Date
}

export type SigningKeys = {
  /** The key a server signs with; null when it has none yet. */
  findCurrent(serverId: string): Promise<SigningKey | null>
  /** All keys of a server, newest first. */
  list(serverId: string): Promise<readonly PublicSigningKey[]>
  /**
   * Stores a server's first key unless it has one, and returns the one that counts: of any number of concurrent
   * callers one stores its key, and all get that one.
   */
  insertIfNone(serverId: string, key: SigningKey): Promise<SigningKey>
}

/** Signing keys in Postgres, their private half sealed. */
export function signingKeyStore(db: Database, sealer: Sealer): SigningKeys {
  const current = (serverId: string) => and(eq(signingKeys.serverId, serverId), isNull(signingKeys.retiredAt))

  async function findCurrent(serverId: string): Promise<SigningKey | null> {
    const [row] = await db.select().from(signingKeys).where(current(serverId))
    if (!row) return null
    const privateJwk = JSON.parse(sealer.open(row.privateKey, signingKeyContext(serverId, row.kid)))
    return { kid: row.kid, publicJwk: row.publicJwk, privateJwk }
  }

  return guarded({
    findCurrent,
    async list(serverId) {
      const rows = await db
        .select()
        .from(signingKeys)
        .where(eq(signingKeys.serverId, serverId))
        .orderBy(desc(signingKeys.createdAt))
      return rows.map(({ kid, publicJwk, createdAt, retiredAt }) => ({
        kid,
        publicJwk,
        createdAt,
        ...(retiredAt && { retiredAt }),
      }))
    },
    async insertIfNone(serverId, key) {
      await db
        .insert(signingKeys)
        .values({
          kid: key.kid,
          serverId,
          publicJwk: key.publicJwk,
          privateKey: sealer.seal(JSON.stringify(key.privateJwk), signingKeyContext(serverId, key.kid)),
        })
        // Waits for a concurrent insert, so that its row is there for the select.
        .onConflictDoNothing()
      const stored = await findCurrent(serverId)
      if (!stored) throw new Error(`server ${serverId} has no current signing key`)
      return stored
    },
  } satisfies SigningKeys)
}
