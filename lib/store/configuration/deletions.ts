import { and, countDistinct, eq, isNull, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { clients } from '@/drizzle/schema/clients'
import { connectionTests } from '@/drizzle/schema/connection-tests'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { connections } from '@/drizzle/schema/organizations'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
import { provisionedGroups, provisionedUsers, scimTokens } from '@/drizzle/schema/provisioning'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import { serverBranding } from '@/drizzle/schema/server-branding'
import { servers, signingKeys } from '@/drizzle/schema/servers'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { type BuriedClient, buryClient } from '@/lib/store/oauth/clients-registered'
import { endGrantsIn } from '@/lib/store/oauth/grant-endings'
import type { Asking } from '../credentials/makers'
import { readRows } from './configuration'
import { DEADLINE, inTurn } from './configuration-queue'
import type { ConfigurationRows } from './rows'

export type Deleted = { readonly id: string; readonly name: string }

export type ServerContents = {
  readonly grants: number
  /** Whose grants these are. */
  readonly people: number
  readonly clients: number
}

type Place = Asking & {
  readonly organizationId: string
  readonly slug: string
  /** Is given what the organization has when the deletion has its turn; what it throws ends it. */
  readonly check?: ((own: ConfigurationRows) => void) | undefined
}

/** Takes servers and connections away. Their rows stay, for what is past names them. Decision 0045. */
export function deletionStore(db: Database) {
  return guarded(
    {
      /** Deleted with a server: unrevoked grants, and clients. */
      contents: (organizationId: string, serverId: string) => contentsOf(db, organizationId, serverId),

      /**
       * Deletes a server with its keys, looks, consents and secrets. Its slug stays taken; its place, when it is the
       * default one or a host, is free again. Grants of logins that were completed until now end.
       *
       * @returns null when the organization has no such server
       */
      deleteServer: (
        place: Place,
        at: Date,
        audit: (server: Deleted & { readonly grants: number }) => AuditEntry,
      ) =>
        inTurn(db, place, async (tx) => {
          await checked(tx, place)
          const deleted = await markServer(tx, place, at)
          if (!deleted) return null
          const which = eq(grants.serverId, deleted.id)
          const ended = await endGrantsIn(tx, which, { reason: 'revoked_by_operator', at })
          const server = { ...deleted, grants: ended.length }
          await appendToAuditLog(tx, [audit(server)])
          return server
        }),

      /**
       * Deletes a connection with its secret, the accounts and sessions at it, its tests and setup links. Its id stays
       * taken, for it names a callback; its slug is free again.
       *
       * @returns names of the servers that use it, for which it stays; null when there is no such connection
       */
      deleteConnection: (place: Place, at: Date, audit: (connection: Deleted) => AuditEntry) =>
        inTurn(db, place, async (tx) => {
          await checked(tx, place)
          const found = await findConnection(tx, place)
          if (!found) return null
          const using = await serversBehind(tx, place.organizationId, found.id)
          if (using.length > 0) return using
          await emptyConnection(tx, found.id, at)
          await appendToAuditLog(tx, [audit(found)])
          return []
        }),

      /**
       * Deletes a pre-registered client; its id is free again.
       *
       * @param place of its server
       * @returns null when there is no such client
       */
      deleteClient: (
        place: Place & { readonly clientId: string },
        at: Date,
        audit: (client: BuriedClient) => AuditEntry,
      ) =>
        inTurn(db, place, async (tx) => {
          const ending = { at, step: 'authorize', outcome: 'failed', reason: 'client_deleted' } as const
          const buried = await buryClient(tx, isNamed(place), ending)
          if (buried) await appendToAuditLog(tx, [audit(buried)])
          return buried
        }),
    },
    { deadline: DEADLINE },
  )
}

async function checked(tx: Transaction, { organizationId, check }: Place): Promise<void> {
  if (check) check(await readRows(tx, organizationId))
}

const isNamed = ({ organizationId, slug, clientId }: Place & { readonly clientId: string }) =>
  and(
    eq(clients.clientId, clientId),
    eq(clients.kind, 'preregistered'),
    isNull(clients.deletedAt),
    sql`${clients.serverId} in (select ${servers.id} from ${servers}
      where ${servers.organizationId} = ${organizationId} and ${servers.slug} = ${slug} and ${servers.deletedAt} is null)`,
  )

async function contentsOf(db: Database, organizationId: string, serverId: string): Promise<ServerContents> {
  const live = and(
    eq(grants.organizationId, organizationId),
    eq(grants.serverId, serverId),
    isNull(grants.revokedAt),
  )
  const [[ofGrants], [ofClients]] = await Promise.all([
    db
      .select({ grants: sql<number>`count(*)::int`, people: countDistinct(grants.userId) })
      .from(grants)
      .where(live),
    db
      .select({ clients: sql<number>`count(*)::int` })
      .from(clients)
      .where(and(eq(clients.serverId, serverId), isNull(clients.deletedAt))),
  ])
  return { grants: ofGrants?.grants ?? 0, people: ofGrants?.people ?? 0, clients: ofClients?.clients ?? 0 }
}

async function markServer(
  tx: Transaction,
  { organizationId, slug }: Place,
  at: Date,
): Promise<Deleted | null> {
  // Changing the issuer, which is unique, waits for logins that are just writing a grant.
  const [deleted] = await tx
    .update(servers)
    .set({
      deletedAt: at,
      issuer: sql`'deleted:' || ${servers.id}`,
      host: null,
      isDefault: false,
      resourceSecretHash: null,
      registrationTokenHash: null,
    })
    .where(and(eq(servers.organizationId, organizationId), eq(servers.slug, slug), isNull(servers.deletedAt)))
    .returning({ id: servers.id, name: servers.name })
  if (!deleted) return null
  await tx.delete(signingKeys).where(eq(signingKeys.serverId, deleted.id))
  await tx.delete(serverBranding).where(eq(serverBranding.serverId, deleted.id))
  await tx.delete(consents).where(eq(consents.serverId, deleted.id))
  await tx.delete(pushedRequests).where(eq(pushedRequests.serverId, deleted.id))
  return deleted
}

async function findConnection(
  tx: Transaction,
  { organizationId, slug }: Place,
): Promise<Deleted | undefined> {
  const [found] = await tx
    .select({ id: connections.id, name: connections.name })
    .from(connections)
    .where(
      and(
        eq(connections.organizationId, organizationId),
        eq(connections.slug, slug),
        isNull(connections.deletedAt),
      ),
    )
  return found
}

async function serversBehind(tx: Transaction, organizationId: string, connectionId: string) {
  const using = await tx
    .select({ name: servers.name })
    .from(servers)
    .where(
      and(
        eq(servers.organizationId, organizationId),
        eq(servers.connectionId, connectionId),
        isNull(servers.deletedAt),
      ),
    )
    .orderBy(servers.name)
  return using.map(({ name }) => name)
}

async function emptyConnection(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx
    .update(connections)
    .set({ deletedAt: at, slug: sql`${connections.slug} || '~' || ${connections.id}`, clientSecret: null })
    .where(eq(connections.id, id))
  await tx.delete(platformUsers).where(eq(platformUsers.connectionId, id))
  await tx.delete(browserSessions).where(eq(browserSessions.connectionId, id))
  await tx.delete(scimTokens).where(eq(scimTokens.connectionId, id))
  await tx.delete(provisionedGroups).where(eq(provisionedGroups.connectionId, id))
  await tx.delete(provisionedUsers).where(eq(provisionedUsers.connectionId, id))
  await tx.delete(connectionTests).where(eq(connectionTests.connectionId, id))
  await tx.delete(upstreamTokens).where(eq(upstreamTokens.connectionId, id))
  await tx
    .update(setupLinks)
    .set({ endedAt: at, ending: 'connection_deleted' })
    .where(and(eq(setupLinks.connectionId, id), isNull(setupLinks.endedAt)))
}
