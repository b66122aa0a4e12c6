import { and, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import type { Client } from '@/lib/oauth/model'
import type { Clients } from '@/lib/oauth/ports/clients'
import { WAITING_CLIENTS, WAITING_LIFETIME, WAITING_OF_NETWORK } from '@/lib/oauth/protocol/lifetimes'
import { omitNullish } from '@/lib/omit-nullish'
import { recordSecurityEvents } from '@/lib/store/audit/security-events'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { registrationRooms } from './hot/registration-room'

/** The columns that make up the model's client. */
export const clientColumns = {
  id: clients.id,
  serverId: clients.serverId,
  clientId: clients.clientId,
  kind: clients.kind,
  name: clients.name,
  uri: sql<string | null>`${clients.metadata} ->> 'clientUri'`,
  redirectUris: clients.redirectUris,
  tokenEndpointAuthMethod: clients.tokenEndpointAuthMethod,
  secretHash: clients.secretHash,
  unusedSecret: clients.unusedSecret,
  jwks: clients.jwks,
  jwksUri: clients.jwksUri,
  grantTypes: clients.grantTypes,
  scope: clients.scope,
  createdAt: clients.createdAt,
  blockedAt: clients.blockedAt,
  approvedAt: clients.approvedAt,
  askedAt: clients.askedAt,
  firstTokenAt: clients.firstTokenAt,
}

/** Clients in Postgres. */
export function clientStore(db: Database): Clients {
  const findOne = async (where: SQL | undefined): Promise<Client | null> => {
    const [row] = await db
      .select(clientColumns)
      .from(clients)
      .where(and(where, isNull(clients.deletedAt)))
    return row ? omitNullish(row) : null
  }
  const known = db
    .select(clientColumns)
    .from(clients)
    .where(
      and(
        eq(clients.serverId, sql.placeholder('serverId')),
        eq(clients.clientId, sql.placeholder('clientId')),
        isNull(clients.deletedAt),
      ),
    )
    .prepare('client')
  return guarded({
    async find(serverId, clientId) {
      const [row] = await known.execute({ serverId, clientId })
      return row ? omitNullish(row) : null
    },
    findByRowId: (id) => findOne(eq(clients.id, id)),
    registerWithin: registrationRooms(db),
    async register(client) {
      const [row] = await db
        .insert(clients)
        .values({ ...client, id: newId() })
        .returning(clientColumns)
      if (!row) throw new Error('an insert returned no row')
      return omitNullish(row)
    },
    ask: (client, network, now) => askFor(db, client, network, now),
    async confirmSecret(id) {
      await db.update(clients).set({ unusedSecret: null }).where(eq(clients.id, id))
    },
    async remember({ serverId, clientId, kind, ...described }) {
      // Nulls are written out: a column that is left out of an update keeps its value.
      const { scope = null, jwks = null, jwksUri = null, ...given } = described
      const facts = { ...given, scope, jwks, jwksUri, secretHash: null }
      const [row] = await db
        .insert(clients)
        .values({ id: newId(), serverId, clientId, kind, ...facts })
        .onConflictDoUpdate({
          target: [clients.serverId, clients.clientId],
          set: facts,
          setWhere: eq(clients.kind, kind),
        })
        .returning(clientColumns)
      if (!row) throw new Error('a client known in another way has this client_id')
      return omitNullish(row)
    },
  } satisfies Clients)
}

/** Neither allowed nor blocked by an operator. */
export const isUndecided = and(
  isNull(clients.approvedAt),
  isNull(clients.blockedAt),
  isNull(clients.deletedAt),
)

/** In the list of those that wait to be let in. */
export const isWaiting = (now: Date) => and(isUndecided, gt(clients.askedAt, waitingSince(now)))

/** Those that asked before it have left the list. */
const waitingSince = (now: Date): Date => new Date(now.getTime() - WAITING_LIFETIME * 1000)

/** Enters a client in the list of those that wait, together with an entry in the audit log. */
async function askFor(
  db: Database,
  { id, serverId, clientId, name }: Client,
  network: string | undefined,
  now: Date,
): Promise<void> {
  const waiting = db
    .select({ askedFrom: clients.askedFrom })
    .from(clients)
    .where(and(eq(clients.serverId, serverId), isWaiting(now)))
    .getSQL()
  const hasRoom = sql`(select count(*) < ${WAITING_CLIENTS}::int
      and count(*) filter (where asked_from is not distinct from ${network ?? null}::text) < ${WAITING_OF_NETWORK}::int
    from (${waiting}) as waiting)`
  await db.transaction(async (tx) => {
    const asked = await tx
      .update(clients)
      .set({ askedAt: now, askedFrom: network ?? null })
      .where(
        and(
          eq(clients.id, id),
          isUndecided,
          or(isNull(clients.askedAt), lt(clients.askedAt, waitingSince(now))),
          hasRoom,
        ),
      )
      .returning({ id: clients.id })
    if (asked.length === 0) return
    const detail = name === undefined ? {} : { detail: name }
    await recordSecurityEvents(tx, [{ at: now, serverId, kind: 'client_waiting', clientId, ...detail }])
  })
}
