import { and, eq, type SQL, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import type { Clients } from '@/lib/oauth/client-ports'
import type { Client } from '@/lib/oauth/model'
import type { Database } from './database'
import { guarded } from './guarded'
import { newId } from './ids'
import { omitNulls } from './omit-nulls'

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
  jwks: clients.jwks,
  jwksUri: clients.jwksUri,
  grantTypes: clients.grantTypes,
  scope: clients.scope,
  createdAt: clients.createdAt,
}

/** Clients in Postgres. */
export function clientStore(db: Database): Clients {
  const findOne = async (where: SQL | undefined): Promise<Client | null> => {
    const [row] = await db.select(clientColumns).from(clients).where(where)
    return row ? omitNulls(row) : null
  }
  return guarded({
    find: (serverId, clientId) =>
      findOne(and(eq(clients.serverId, serverId), eq(clients.clientId, clientId))),
    findByRowId: (id) => findOne(eq(clients.id, id)),
    async register(client) {
      const [row] = await db
        .insert(clients)
        .values({ ...client, id: newId() })
        .returning(clientColumns)
      if (!row) throw new Error('an insert returned no row')
      return omitNulls(row)
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
      return omitNulls(row)
    },
  } satisfies Clients)
}
