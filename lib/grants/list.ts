/** Lists grants of an organization, and their clients and users. */

import { clientAndUserStore, type ManagedClient, type ManagedUser } from '@/lib/store/read/clients-and-users'
import { type GrantFilter, type ManagedGrant, managedGrantStore } from '@/lib/store/read/grants'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'
import { readCursor, writeCursor } from './cursor'

/** What a page shows at once. */
export const PAGE_SIZE = 50

/** A page of a list, and the cursor of the next one; absent on the last. */
export type Listed<Row> = { readonly rows: readonly Row[]; readonly next?: string }

export type GrantWishes = {
  readonly state: GrantFilter['state']
  /** Slug. */
  readonly server?: string
  /** Row id. */
  readonly client?: string
  readonly user?: string
  readonly after?: string
  /** How many at the most; otherwise {@link PAGE_SIZE}. */
  readonly limit?: number
}

/** `idle`: there is no token left that could be refreshed, so that the client has to log in again. */
export type GrantState = 'connected' | 'idle' | 'revoked'

export type SeenClient = ManagedClient
export type SeenUser = ManagedUser
export type SeenGrant = ManagedGrant & { readonly state: GrantState }

/**
 * Grants, the newest first.
 *
 * @throws Forbidden
 * @throws NotFound for a server, client or user that the organization does not have
 */
export async function listGrants(
  scope: OrganizationScope,
  { state, server, client, user, after, limit }: GrantWishes,
  management: Management,
): Promise<Listed<SeenGrant>> {
  requirePermission(scope, 'read')
  const { db, ports } = management
  const now = ports.clock()
  const ofServer = server === undefined ? undefined : await serverOf(scope, server, management)
  const ofClient = client === undefined ? undefined : await findClient(scope, client, management)
  const ofUser = user === undefined ? undefined : await findUser(scope, user, management)
  const serverId = ofClient?.serverId ?? ofServer?.id
  const filter = {
    state,
    ...(serverId !== undefined && { serverId }),
    ...(ofClient && { clientRowId: ofClient.id }),
    ...(ofUser && { userId: ofUser.id }),
  }
  const page = await managedGrantStore(db).list(scope.organizationId, filter, pageWish(now, after, limit))
  return listed({ rows: page.rows.map((row) => ({ ...row, state: stateOf(row, now) })), next: page.next })
}

/** @throws Forbidden, NotFound */
export async function findGrant(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Management,
): Promise<SeenGrant> {
  requirePermission(scope, 'read')
  const grant = await managedGrantStore(db).find(scope.organizationId, id)
  if (!grant) throw new NotFound('grant')
  return { ...grant, state: stateOf(grant, ports.clock()) }
}

/**
 * Clients, those that registered last first.
 *
 * @param text the beginning of a name, or a whole `client_id`
 * @throws Forbidden, NotFound
 */
export async function listClients(
  scope: OrganizationScope,
  { server, text, after }: { readonly server?: string; readonly text?: string; readonly after?: string },
  management: Management,
): Promise<Listed<SeenClient>> {
  requirePermission(scope, 'read')
  const store = clientAndUserStore(management.db)
  const servers =
    server === undefined
      ? await store.servers(scope.organizationId)
      : [await serverOf(scope, server, management)]
  const ids = servers.map(({ id }) => id)
  return listed(await store.listClients(ids, text, pageWish(management.ports.clock(), after)))
}

/** @throws Forbidden, NotFound */
export async function findClient(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Management,
): Promise<SeenClient> {
  requirePermission(scope, 'read')
  const client = await clientAndUserStore(db).findClient(scope.organizationId, id, ports.clock())
  if (!client) throw new NotFound('client')
  return client
}

/**
 * Users, those who logged in last first.
 *
 * @param text the beginning of an e-mail address, or a whole id or subject
 * @throws Forbidden
 */
export async function listUsers(
  scope: OrganizationScope,
  { text, after }: { readonly text?: string; readonly after?: string },
  { db, ports }: Management,
): Promise<Listed<SeenUser>> {
  requirePermission(scope, 'read')
  const page = pageWish(ports.clock(), after)
  return listed(await clientAndUserStore(db).listUsers(scope.organizationId, text, page))
}

/** @throws Forbidden, NotFound */
export async function findUser(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Management,
): Promise<SeenUser> {
  requirePermission(scope, 'read')
  const user = await clientAndUserStore(db).findUser(scope.organizationId, id, ports.clock())
  if (!user) throw new NotFound('user')
  return user
}

/**
 * The organization's server with this slug.
 *
 * @throws NotFound
 */
export async function serverOf(scope: OrganizationScope, slug: string, { db }: Management) {
  const servers = await clientAndUserStore(db).servers(scope.organizationId)
  const server = servers.find((one) => one.slug === slug)
  if (!server) throw new NotFound('server')
  return server
}

/**
 * The organization's servers, for choices.
 *
 * @throws Forbidden
 */
export async function listServers(scope: OrganizationScope, { db }: Management) {
  requirePermission(scope, 'read')
  return clientAndUserStore(db).servers(scope.organizationId)
}

function stateOf(
  { revokedAt, refreshableUntil, createdAt, lastTokenAt, accessTokenLifetime, kind }: ManagedGrant,
  now: Date,
): GrantState {
  if (revokedAt) return 'revoked'
  // Of these nothing is kept that would tell: they get tokens anew as long as the client may.
  if (kind !== 'login') return 'connected'
  const accessUntil = (lastTokenAt ?? createdAt).getTime() + accessTokenLifetime * 1000
  return Math.max(accessUntil, refreshableUntil?.getTime() ?? 0) > now.getTime() ? 'connected' : 'idle'
}

function pageWish(now: Date, after: string | undefined, limit = PAGE_SIZE) {
  const position = readCursor(after)
  return { now, limit, ...(position && { after: position }) }
}

function listed<Row>({
  rows,
  next,
}: {
  readonly rows: readonly Row[]
  readonly next: Parameters<typeof writeCursor>[0]
}): Listed<Row> {
  const cursor = writeCursor(next)
  return { rows, ...(cursor !== undefined && { next: cursor }) }
}
