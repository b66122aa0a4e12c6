import { and, eq, inArray, isNotNull, isNull, not, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { connections, organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { MissingKey } from '@/lib/crypto/keyring'
import type { Sealer } from '@/lib/crypto/seal'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { connectionSecretContext } from '@/lib/store/database/sealed-contexts'
import { clientColumns } from '@/lib/store/oauth/clients'
import { configurationColumns } from '@/lib/store/oauth/connections'
import { configuredColumns, serverOf, settingsOf } from '@/lib/store/oauth/servers'
import type { Asking } from '../credentials/makers'
import { readBrands, writeBrands } from './brands'
import { DEADLINE, inTurn, TRUSTED } from './configuration-queue'
import { countRows } from './count-rows'
import { type Displaced, type Ended, endDisplaced } from './displaced-logins'
import type { ClientRow, ConfigurationRows, ConnectionRow, ReservedNames, RowCounts, ServerRow } from './rows'

export type ConfigurationStore = {
  /**
   * Everything an operator has configured, at one point in time.
   *
   * @param claims what is retired of them is named, and clients with one of the ids are included however they came to be
   */
  read(claims?: ReservedNames): Promise<ConfigurationRows>
  /**
   * One transaction reads, has `decide` say what to write, and writes it: rows with a new id are inserted, others
   * updated, and none deleted. Slugs, issuers, hosts and owners of existing rows never change. Callers queue, so
   * `decide` sees what the one before wrote; when it throws, nothing is written.
   */
  change<Result>(
    claims: ReservedNames,
    decide: (stored: ConfigurationRows) => Decision<Result>,
  ): Promise<Result>
  /** What one organization has configured, as {@link read} has it. */
  readOrganization(organizationId: string): Promise<ConfigurationRows>
  /**
   * The same as {@link change} for one organization, and in the same queue, without reading the others.
   *
   * @param asking whose right to do so is asked about again, once the change has its turn
   * @param decide is given the organization's rows; `conflicts` adds those that its claims may conflict with, and `count`
   *   says how many rows there are in all
   */
  changeOrganization<Result>(
    asking: Asking & { readonly organizationId: string },
    decide: (
      own: ConfigurationRows,
      conflicts: (claims: ReservedNames) => Promise<ConfigurationRows>,
      count: () => Promise<RowCounts>,
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

const organizationColumns = { id: organizations.id, slug: organizations.slug, name: organizations.name }

/** The operator's configuration in Postgres. */
export function configurationStore(db: Database, sealer: Sealer): ConfigurationStore {
  const store: ConfigurationStore = {
    read: (claims) => db.transaction(async (tx) => withConflicts(tx, await readAll(tx), claims), SNAPSHOT),
    change: (claims, decide) =>
      inTurn(db, TRUSTED, async (tx) => {
        const stored = await withConflicts(tx, await readAll(tx), claims)
        return carryOut(tx, sealer, decide(stored), db.clock.now())
      }),
    readOrganization: (organizationId) => db.transaction((tx) => readRows(tx, organizationId), SNAPSHOT),
    changeOrganization: ({ organizationId, maker }, decide) =>
      inTurn(db, { organizationId, maker }, async (tx) => {
        const own = await readRows(tx, organizationId)
        const conflicts = (claims: ReservedNames) => withConflicts(tx, own, claims, organizationId)
        const count = () => countRows(tx, organizationId)
        return carryOut(tx, sealer, await decide(own, conflicts, count), db.clock.now())
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
  if (write.brands) await writeBrands(tx, write.brands, at)
  const ended = displaced.length > 0 ? await endDisplaced(tx, displaced, at) : []
  if (audit) await appendToAuditLog(tx, audit(ended))
  return result(ended)
}

/** What all organizations have configured, and how they look. */
async function readAll(tx: Transaction): Promise<ConfigurationRows> {
  const [rows, brands] = await Promise.all([readRows(tx), readBrands(tx)])
  return { ...rows, brands }
}

/** What is configured, in a transaction of the caller's. @param organizationId of one organization alone */
export async function readRows(tx: Transaction, organizationId?: string): Promise<ConfigurationRows> {
  const ours = (column: SQLWrapper) =>
    organizationId === undefined ? undefined : sql`${column} = ${organizationId}`
  const liveServers = and(ours(servers.organizationId), isNull(servers.deletedAt))
  // Sent at once: the connection answers in order, and waiting for each would be most of the time.
  const [organizationRows, connectionRows, serverRows, clientRows] = await Promise.all([
    tx
      .select(organizationColumns)
      .from(organizations)
      .where(and(ours(organizations.id), isNull(organizations.deletedAt)))
      .orderBy(organizations.slug),
    tx
      .select(configurationColumns)
      .from(connections)
      .where(and(ours(connections.organizationId), isNull(connections.deletedAt)))
      .orderBy(connections.slug),
    tx.select(configuredColumns).from(servers).where(liveServers).orderBy(servers.slug),
    readClients(tx, liveServers, isPreregistered),
  ])
  return {
    organizations: organizationRows,
    connections: connectionRows.map(({ clientSecret, ...row }) => ({
      ...row,
      ...(clientSecret !== null && { clientSecret: { sealed: clientSecret } }),
    })),
    servers: serverRows.map(serverOf),
    clients: clientRows,
  }
}

const isPreregistered = sql`(${clients.kind} = 'preregistered' and ${clients.deletedAt} is null)`

async function readClients(tx: Transaction, ofServers: SQL | undefined, which: SQL | undefined) {
  const ours = sql`${clients.serverId} in (select ${servers.id} from ${servers} where ${ofServers})`
  const rows = await tx.select(clientColumns).from(clients).where(and(ours, which)).orderBy(clients.clientId)
  return rows.map(omitNullish)
}

/** Adds what stands against the claims: what others have or had of them, and clients at the same servers; no secrets. */
async function withConflicts(
  tx: Transaction,
  own: ConfigurationRows,
  claims: ReservedNames | undefined,
  organizationId?: string,
): Promise<ConfigurationRows> {
  if (!claims || Object.values(claims).every((list) => list.length === 0)) return own
  const [connectionIds, slugs, issuers, clientIds] = [
    [...claims.connectionIds],
    [...claims.slugs],
    [...claims.issuers],
    [...claims.clientIds],
  ]
  const ours = (column: SQLWrapper) =>
    organizationId === undefined ? sql`true` : sql`${column} = ${organizationId}`
  const named = or(inArray(servers.slug, slugs), inArray(servers.issuer, issuers), servers.isDefault)
  const [connectionRows, serverRows, clientRows] = await Promise.all([
    tx
      .select({ ...configurationColumns, deletedAt: connections.deletedAt })
      .from(connections)
      .where(
        and(
          inArray(connections.id, connectionIds),
          or(not(ours(connections.organizationId)), isNotNull(connections.deletedAt)),
        ),
      ),
    tx
      .select({ ...configuredColumns, deletedAt: servers.deletedAt })
      .from(servers)
      .where(and(named, or(not(ours(servers.organizationId)), isNotNull(servers.deletedAt)))),
    readClients(
      tx,
      ours(servers.organizationId),
      and(inArray(clients.clientId, clientIds), not(isPreregistered)),
    ),
  ])
  const [connectionsOf, serversOf] = [separated(connectionRows), separated(serverRows)]
  return {
    ...own,
    connections: [...own.connections, ...connectionsOf.live.map(({ clientSecret: _, ...row }) => row)],
    servers: [...own.servers, ...serversOf.live.map(serverOf)],
    clients: [...own.clients, ...clientRows],
    retired: {
      connectionIds: connectionsOf.deleted.map(({ id }) => id),
      slugs: serversOf.deleted.map(({ slug }) => slug),
    },
  }
}

function separated<Row extends { readonly deletedAt: Date | null }>(rows: readonly Row[]) {
  const of = (which: readonly Row[]) => which.map(({ deletedAt: _, ...row }) => row)
  return {
    live: of(rows.filter(({ deletedAt }) => deletedAt === null)),
    deleted: of(rows.filter(({ deletedAt }) => deletedAt !== null)),
  }
}

/**
 * Whether a connection's stored secret is the one that was entered.
 *
 * @throws MissingKey when the key that it is sealed with is not configured
 */
export const isSecretOf =
  (sealer: Sealer) =>
  ({ id, clientSecret }: ConnectionRow, entered: string): boolean => {
    if (!clientSecret || 'set' in clientSecret) return clientSecret?.set === entered
    try {
      return sealer.open(clientSecret.sealed, connectionSecretContext(id)) === entered
    } catch (error) {
      if (error instanceof MissingKey) throw error
      throw new Error(
        `The secret of connection ${id} does not open: it was sealed with another key than the one that is configured under the same id. Put the right key into VESTIBULE_KEYS.`,
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
  const sealed =
    clientSecret && 'set' in clientSecret && sealer.seal(clientSecret.set, connectionSecretContext(id))
  // A stored one stays as it is, which may have been sealed anew since it was read.
  const changeable = { ...rest, ...(sealed !== false && { clientSecret: sealed ?? null }) }
  await tx
    .insert(connections)
    .values({ id, organizationId, slug, ...changeable })
    .onConflictDoUpdate({
      target: connections.id,
      set: {
        ...changeable,
        updatedAt: sql`now()`,
        certificateEnds: whileUnchanged(connections.certificateEnds),
        certificateLookedAt: whileUnchanged(connections.certificateLookedAt),
      },
    })
}

/** What was seen of a provider does not hold of another. */
const whileUnchanged = (column: SQLWrapper) =>
  sql`case when ${connections.settings} = excluded.settings then ${column} end`

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
