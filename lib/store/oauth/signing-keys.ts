import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { servers, signingKeys } from '@/drizzle/schema/servers'
import type { Sealer } from '@/lib/crypto/seal'
import type { KeyChange, PublicSigningKey, SigningKeys } from '@/lib/crypto/signing-key'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Asking, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { signingKeyContext } from '@/lib/store/database/sealed-contexts'

const publicColumns = {
  kid: signingKeys.kid,
  publicJwk: signingKeys.publicJwk,
  createdAt: signingKeys.createdAt,
  activatesAt: signingKeys.activatesAt,
  withdrawnAt: signingKeys.withdrawnAt,
}

/** Who changes keys, for the audit log, and whether they may still. */
type By = Pick<AuditEntry, 'actorKind' | 'actorId' | 'actorName'> & { readonly asking?: Asking }

const VESTIBULE: By = { actorKind: 'system', actorName: 'Vestibule' }

/** Signing keys in Postgres, their private half sealed. */
export function signingKeyStore(
  db: Database,
  sealer: Sealer,
  { asking, ...by }: By = VESTIBULE,
): SigningKeys {
  return guarded({
    list: (serverId) => list(db, serverId),

    async find(serverId, kid) {
      const [row] = await db
        .select()
        .from(signingKeys)
        .where(named(serverId, [kid]))
      if (!row) return null
      const privateJwk = JSON.parse(sealer.open(row.privateKey, signingKeyContext(serverId, kid)))
      return { kid, publicJwk: row.publicJwk, privateJwk }
    },

    change: (serverId, decide) =>
      transactInTime(db, async (tx) => {
        if (asking) await mayStillMake(tx, asking.organizationId, asking.maker)
        // Queues those who change the keys of one server, and counts the change; does not hold up rows that refer to it.
        const [server] = await tx
          .update(servers)
          .set({ version: sql`${servers.version} + 1` })
          .where(eq(servers.id, serverId))
          .returning({ chain: servers.organizationId, targetName: servers.slug })
        const change = decide(await list(tx, serverId))
        const { insert, withdraw, remove } = change
        if (remove?.length) await tx.delete(signingKeys).where(named(serverId, remove))
        if (withdraw?.kids.length)
          await tx.update(signingKeys).set({ withdrawnAt: withdraw.at }).where(named(serverId, withdraw.kids))
        if (insert) {
          const { privateJwk, ...row } = insert
          const privateKey = sealer.seal(JSON.stringify(privateJwk), signingKeyContext(serverId, row.kid))
          await tx.insert(signingKeys).values({ ...row, serverId, privateKey })
        }
        const audit = server && entryOf(change, { ...server, targetId: serverId })
        if (audit) await appendToAuditLog(tx, [{ ...audit, ...by, at: db.clock.now() }])
        return list(tx, serverId)
      }),
  } satisfies SigningKeys)
}

type Target = Pick<AuditEntry, 'chain' | 'targetId' | 'targetName'>

/** What was done to a server's keys; null when nothing was. */
function entryOf({ insert, withdraw, remove = [] }: KeyChange, target: Target) {
  const withdrawn = withdraw?.kids ?? []
  if (!insert && withdrawn.length === 0 && remove.length === 0) return null
  const detail = {
    ...(insert && { added: insert.kid, signs_from: insert.activatesAt.toISOString() }),
    ...(withdraw && withdrawn.length > 0 && { withdrawn, withdrawn_at: withdraw.at.toISOString() }),
    ...(remove.length > 0 && { removed: remove }),
  }
  return { action: 'server.keys_changed', targetKind: 'server', ...target, detail }
}

const named = (serverId: string, kids: readonly string[]) =>
  and(eq(signingKeys.serverId, serverId), inArray(signingKeys.kid, [...kids]))

async function list(db: Database | Transaction, serverId: string): Promise<PublicSigningKey[]> {
  const rows = await db
    .select(publicColumns)
    .from(signingKeys)
    .where(eq(signingKeys.serverId, serverId))
    .orderBy(asc(signingKeys.activatesAt), asc(signingKeys.createdAt))
  return rows.map(omitNullish)
}
