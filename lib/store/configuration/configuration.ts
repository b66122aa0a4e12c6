import { and, eq, inArray, isNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { connections, organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { MissingKey } from '@/lib/crypto/keyring'
import type { Sealer } from '@/lib/crypto/seal'
import type { Client, Server } from '@/lib/oauth/model'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { connectionSecretContext } from '@/lib/store/database/sealed-contexts'
import { clientColumns } from '@/lib/store/oauth/clients'
import { configuredColumns, serverOf, settingsOf } from '@/lib/store/oauth/servers'
import { type Asking, DEADLINE, inTurn, TRUSTED } from './configuration-queue'
import { type Displaced, type Ended, endDisplaced } from './displaced-logins'
import { type ReservedSlugs, readReservedSlugs } from './reserved-slugs'

export type OrganizationRow = { readonly id: string; readonly slug: string; readonly name: string }

export type ConnectionRow = {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  readonly name: string
  readonly type: 'oidc' | 'oauth2' | 'platform'
  readonly settings: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** The secret itself; sealed in the table. */
  readonly clientSecret?: string
  /** Whether its addresses may be inside our own network. */
  readonly mayBeInternal: boolean
}

export type ServerRow = Server & {
  /** The host of its own that the operator gave it. */
  readonly host?: string
  readonly isDefault: boolean
}

export type ClientRow = Omit<Client, 'createdAt'>

/** What an operator configures, as it is stored; `settings` as in `lib/upstream/connection-config.ts`. */
export type ConfigurationRows = {
  readonly organizations: readonly OrganizationRow[]
  readonly connections: readonly ConnectionRow[]
  readonly servers: readonly ServerRow[]
  /** Pre-registered ones. */
  readonly clients: readonly ClientRow[]
  readonly reservedSlugs?: ReservedSlugs
}

export type ConfigurationStore = {
  /**
   * Everything an operator has configured, secrets of connections included, at one point in time.
   *
   * @param clientIds clients with one of these ids are included however they came to be
   * @throws MissingKey when the key of a sealed secret is not configured
   */
  read(clientIds?: readonly string[]): Promise<ConfigurationRows>
  /**
   * One transaction reads, has `decide` say what to write, and writes it: rows with a new id are inserted, others
   * updated, and none deleted. Slugs, issuers, hosts and owners of existing rows never change. Callers queue, so
   * `decide` sees what the one before wrote; when it throws, nothing is written.
   */
  change<Result>(
    clientIds: readonly string[],
    decide: (stored: ConfigurationRows) => Decision<Result>,
  ): Promise<Result>
  /** What one organization has configured, as {@link read} has it. */
  readOrganization(organizationId: string): Promise<ConfigurationRows>
  /**
   * The same as {@link change} for one organization, and in the same queue, without reading the others.
   *
   * @param asking whose right to do so is asked about again, once the change has its turn
   * @param decide is given the organization's rows; `conflicts` adds those that its claims may conflict with
   */
  changeOrganization<Result>(
    asking: Asking & { readonly organizationId: string },
    decide: (
      own: ConfigurationRows,
      conflicts: (claims: ReservedNames) => Promise<ConfigurationRows>,
    ) => Promise<Decision<Result>>,
  ): Promise<Result>
}

export type Decision<Result> = {
  readonly write: ConfigurationRows
  result(ended: readonly Ended[]): Result
  readonly displaced?: readonly Displaced[]
  /** A server that gives its place up before the others are written. */
  readonly moved?: ServerRow
  /** The audit entries of the change, in the same transaction. */
  audit?(ended: readonly Ended[]): readonly AuditEntry[]
}

/** What an organization wants to have, and another may have already. */
export type ReservedNames = {
  readonly connectionIds: readonly string[]
  readonly slugs: readonly string[]
  readonly issuers: readonly string[]
  /** Of clients at its own servers, where one may have registered itself. */
  readonly clientIds: readonly string[]
}

const organizationColumns = { id: organizations.id, slug: organizations.slug, name: organizations.name }

const connectionColumns = {
  id: connections.id,
  organizationId: connections.organizationId,
  slug: connections.slug,
  name: connections.name,
  type: connections.type,
  settings: connections.settings,
  clientId: connections.clientId,
  clientSecret: connections.clientSecret,
  mayBeInternal: connections.mayBeInternal,
}

/** The operator's configuration in Postgres. */
export function configurationStore(db: Database, sealer: Sealer): ConfigurationStore {
  const store: ConfigurationStore = {
    read: (clientIds = []) => db.transaction((tx) => readRows(tx, sealer, { clientIds }), SNAPSHOT),
    change: (clientIds, decide) =>
      inTurn(db, TRUSTED, async (tx) =>
        carryOut(tx, sealer, decide(await readRows(tx, sealer, { clientIds })), db.clock.now()),
      ),
    readOrganization: (organizationId) =>
      db.transaction((tx) => readRows(tx, sealer, { organizationId, clientIds: [] }), SNAPSHOT),
    changeOrganization: ({ organizationId, maker }, decide) =>
      inTurn(db, { organizationId, maker }, async (tx) => {
        const own = await readRows(tx, sealer, { organizationId, clientIds: [] })
        const conflicts = (claims: ReservedNames) => readConflictingRows(tx, organizationId, own, claims)
        return carryOut(tx, sealer, await decide(own, conflicts), db.clock.now())
      }),
  }
  return guarded(store, { deadline: DEADLINE })
}

const SNAPSHOT = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const

async function carryOut<Result>(
  tx: Transaction,
  sealer: Sealer,
  { write, result, displaced = [], moved, audit }: Decision<Result>,
  at: Date,
): Promise<Result> {
  if (moved) await moveServer(tx, moved)
  await writeRows(tx, sealer, write)
  const ended = await endDisplaced(tx, displaced, at)
  if (audit) await appendToAuditLog(tx, audit(ended))
  return result(ended)
}

type Selection = { readonly organizationId?: string; readonly clientIds: readonly string[] }

/** What is configured, in a transaction of the caller's. */
export async function readRows(
  tx: Transaction,
  sealer: Sealer,
  { organizationId, clientIds }: Selection,
): Promise<ConfigurationRows> {
  const ours = (column: SQLWrapper) =>
    organizationId === undefined ? undefined : sql`${column} = ${organizationId}`
  const ofLive = and(ours(organizations.id), isNull(organizations.deletedAt))
  // Sent at once: the connection answers in order, and waiting for each would be most of the time.
  const [organizationRows, connectionRows, serverRows, clientRows, reservedSlugs] = await Promise.all([
    tx.select(organizationColumns).from(organizations).where(ofLive).orderBy(organizations.slug),
    tx
      .select(connectionColumns)
      .from(connections)
      .where(and(ours(connections.organizationId), isNull(connections.deletedAt)))
      .orderBy(connections.slug),
    tx
      .select(configuredColumns)
      .from(servers)
      .where(and(ours(servers.organizationId), isNull(servers.deletedAt)))
      .orderBy(servers.slug),
    readClients(tx, and(ours(servers.organizationId), isNull(servers.deletedAt)), clientIds),
    readReservedSlugs(tx),
  ])
  return {
    organizations: organizationRows,
    connections: connectionRows.map(({ clientSecret, ...row }) => ({
      ...row,
      ...(clientSecret !== null && { clientSecret: openSecret(sealer, row.id, clientSecret) }),
    })),
    servers: serverRows.map(serverOf),
    clients: clientRows,
    reservedSlugs,
  }
}

/** Pre-registered clients, and however they came to be, those with one of the ids. */
async function readClients(tx: Transaction, ofServers: SQL | undefined, clientIds: readonly string[]) {
  const named = sql`${clients.kind} = 'preregistered' and ${clients.deletedAt} is null`
  const wanted = or(named, inArray(clients.clientId, [...clientIds]))
  const ours =
    ofServers && sql`${clients.serverId} in (select ${servers.id} from ${servers} where ${ofServers})`
  const rows = await tx.select(clientColumns).from(clients).where(and(ours, wanted)).orderBy(clients.clientId)
  return rows.map(omitNullish)
}

/** Adds what others have of the claims, and the default server; without secrets. */
async function readConflictingRows(
  tx: Transaction,
  organizationId: string,
  own: ConfigurationRows,
  { connectionIds, slugs, issuers, clientIds }: ReservedNames,
): Promise<ConfigurationRows> {
  const theirs = (column: SQLWrapper) => sql`${column} <> ${organizationId}`
  const byName = or(inArray(servers.slug, [...slugs]), inArray(servers.issuer, [...issuers]))
  const taken = or(byName, eq(servers.isDefault, true))
  const named = inArray(connections.id, [...connectionIds])
  const [rivals, rivalServers, clientRows] = await Promise.all([
    tx
      .select(connectionColumns)
      .from(connections)
      .where(and(theirs(connections.organizationId), isNull(connections.deletedAt), named)),
    tx
      .select(configuredColumns)
      .from(servers)
      .where(and(theirs(servers.organizationId), isNull(servers.deletedAt), taken)),
    readClients(tx, eq(servers.organizationId, organizationId), clientIds),
  ])
  return {
    organizations: own.organizations,
    connections: [...own.connections, ...rivals.map(({ clientSecret: _, ...row }) => row)],
    servers: [...own.servers, ...rivalServers.map(serverOf)],
    clients: clientRows,
    ...(own.reservedSlugs && { reservedSlugs: own.reservedSlugs }),
  }
}

function openSecret(sealer: Sealer, connectionId: string, sealed: string): string {
  try {
    return sealer.open(sealed, connectionSecretContext(connectionId))
  } catch (error) {
    if (error instanceof MissingKey) throw error
    throw new Error(
      `The secret of connection ${connectionId} does not open: it was sealed with another key than the one that is configured under the same id. Put the right key into VESTIBULE_KEYS.`,
    )
  }
}

async function writeRows(tx: Transaction, sealer: Sealer, write: ConfigurationRows): Promise<void> {
  for (const { id, slug, name } of write.organizations)
    await tx
      .insert(organizations)
      .values({ id, slug, name })
      .onConflictDoUpdate({ target: organizations.id, set: { name } })
  for (const row of write.connections) await writeConnection(tx, sealer, row)
  for (const row of write.servers) await writeServer(tx, row)
  for (const row of write.clients) await writeClient(tx, row)
}

async function writeConnection(tx: Transaction, sealer: Sealer, row: ConnectionRow): Promise<void> {
  const { id, organizationId, slug, clientSecret, ...rest } = row
  const sealed = clientSecret === undefined ? null : sealer.seal(clientSecret, connectionSecretContext(id))
  const changeable = { ...rest, clientSecret: sealed }
  await tx
    .insert(connections)
    .values({ id, organizationId, slug, ...changeable })
    .onConflictDoUpdate({ target: connections.id, set: { ...changeable, updatedAt: sql`now()` } })
}

async function writeServer(tx: Transaction, row: ServerRow): Promise<void> {
  const { id, organizationId, slug, issuer, host = null, isDefault, ...rest } = row
  // Nulls are written out: a column that is left out of an update keeps its value.
  const changeable = {
    ...rest,
    resourceSecretHash: rest.resourceSecretHash ?? null,
    handoffScopes: rest.handoffScopes ?? null,
    settings: settingsOf(row),
  }
  await tx
    .insert(servers)
    .values({ id, organizationId, slug, issuer, host, isDefault, ...changeable })
    .onConflictDoUpdate({ target: servers.id, set: { ...changeable, updatedAt: sql`now()` } })
}

async function moveServer(tx: Transaction, { id, issuer, isDefault }: ServerRow): Promise<void> {
  await tx.update(servers).set({ issuer, isDefault }).where(eq(servers.id, id))
}

async function writeClient(tx: Transaction, row: ClientRow): Promise<void> {
  const { id, serverId, clientId, kind, ...rest } = row
  const changeable = {
    ...rest,
    name: rest.name ?? null,
    secretHash: rest.secretHash ?? null,
    jwks: rest.jwks ?? null,
    jwksUri: rest.jwksUri ?? null,
    scope: rest.scope ?? null,
  }
  await tx
    .insert(clients)
    .values({ id, serverId, clientId, kind, metadata: {}, ...changeable })
    .onConflictDoUpdate({ target: clients.id, set: changeable })
}
