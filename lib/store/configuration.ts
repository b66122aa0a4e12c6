import { eq, inArray, or, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { connections, organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { MissingKey } from '@/lib/crypto/keyring'
import type { Sealer } from '@/lib/crypto/seal'
import type { Client, Server } from '@/lib/oauth/model'
import { type AuditEntry, appendToAuditLog } from './audit-log'
import { clientColumns } from './clients'
import type { Database, Transaction } from './database'
import { guarded } from './guarded'
import { omitNulls } from './omit-nulls'
import { connectionSecretContext } from './sealed-contexts'
import { serverColumns } from './servers'

export type OrganizationRow = { readonly id: string; readonly slug: string; readonly name: string }

export type ConnectionRow = {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  readonly name: string
  readonly type: 'oidc' | 'oauth2' | 'platform'
  /** See `lib/upstream/connection-config.ts`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** The secret itself; sealed in the table. */
  readonly clientSecret?: string
}

export type ServerRow = Server & {
  /** The host of its own that the operator gave it. */
  readonly host?: string
  readonly isDefault: boolean
}

export type ClientRow = Omit<Client, 'createdAt'>

/** What an operator configures, as it is stored. */
export type ConfigurationRows = {
  readonly organizations: readonly OrganizationRow[]
  readonly connections: readonly ConnectionRow[]
  readonly servers: readonly ServerRow[]
  /** Pre-registered ones. */
  readonly clients: readonly ClientRow[]
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
    decide: (stored: ConfigurationRows) => {
      readonly write: ConfigurationRows
      readonly result: Result
      /** A server that gives its place up before the others are written. */
      readonly moved?: ServerRow
      /** What the audit log is told, in the same transaction. */
      readonly audit?: readonly AuditEntry[]
    },
  ): Promise<Result>
}

/** Any number that nobody else locks: "configur" in ASCII. */
const LOCK = '7165066918303855986'

/** Milliseconds, waiting for other changes included. */
const DEADLINE = 60_000

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
}

const serverRowColumns = { ...serverColumns, host: servers.host, isDefault: servers.isDefault }

/** The operator's configuration in Postgres. */
export function configurationStore(db: Database, sealer: Sealer): ConfigurationStore {
  const store: ConfigurationStore = {
    read: (clientIds = []) =>
      db.transaction((tx) => readRows(tx, sealer, clientIds), {
        isolationLevel: 'repeatable read',
        accessMode: 'read only',
      }),
    change: (clientIds, decide) =>
      db.transaction(async (tx) => {
        // The queue is one statement, and may take longer than others.
        await tx.execute(sql`select set_config('statement_timeout', ${String(DEADLINE)}, true)`)
        await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
        const { write, result, moved, audit = [] } = decide(await readRows(tx, sealer, clientIds))
        if (moved) await moveServer(tx, moved)
        await writeRows(tx, sealer, write)
        await appendToAuditLog(tx, audit)
        return result
      }),
  }
  return guarded(store, { deadline: DEADLINE })
}

async function readRows(
  tx: Transaction,
  sealer: Sealer,
  clientIds: readonly string[],
): Promise<ConfigurationRows> {
  const named = clientIds.length > 0 ? inArray(clients.clientId, [...clientIds]) : undefined
  const wanted = or(eq(clients.kind, 'preregistered'), named)
  const connectionRows = await tx.select(connectionColumns).from(connections).orderBy(connections.slug)
  return {
    organizations: await tx.select(organizationColumns).from(organizations).orderBy(organizations.slug),
    connections: connectionRows.map(({ clientSecret, ...row }) => ({
      ...row,
      ...(clientSecret !== null && { clientSecret: openSecret(sealer, row.id, clientSecret) }),
    })),
    servers: (await tx.select(serverRowColumns).from(servers).orderBy(servers.slug)).map(omitNulls),
    clients: (await tx.select(clientColumns).from(clients).where(wanted).orderBy(clients.clientId)).map(
      omitNulls,
    ),
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
