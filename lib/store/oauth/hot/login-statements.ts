/**
 * What every login does with its request, as statements whose text drizzle makes once: making it costs more than running
 * them. What is given to them is text, as it is sent. Decision 0103.
 */
import { and, eq, getTableName, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { connections } from '@/drizzle/schema/organizations'
import { organizationBranding, serverBranding } from '@/drizzle/schema/server-branding'
import { servers } from '@/drizzle/schema/servers'
import type { Database } from '@/lib/store/database/database'
import { openColumns, underWayColumns } from '../authorization-request-row'
import { connectionColumns } from '../connections'
import { brandColumns, sharedBrandColumns } from '../server-branding'
import { withLines } from '../timeline'

const given = (name: string) => sql`${sql.placeholder(name)}`

/** Not expired, not denied, not failed, and no code issued. */
export const isOpen = (id: string | SQL, now: Date | SQL) =>
  and(eq(requests.id, id), isNull(requests.endedAt), gt(requests.expiresAt, now))

/** As in `in-time.ts`. */
const inTime = sql`pg_catalog.clock_timestamp() < ${given('deadline')}::timestamptz`

const isItsServer = and(eq(servers.id, requests.serverId), isNull(servers.deletedAt))
const isItsClient = and(eq(clients.id, requests.clientRowId), isNull(clients.deletedAt))

/** The attempt cannot be taken any more, and its secrets are deleted. */
export const withoutSecrets = { stateHash: null, nonce: null, codeVerifier: null }

/** What Allow sets, whether it was pressed or remembered. */
const ALLOWED = {
  consentedAt: given('now'),
  expiresAt: given('expiresAt'),
  connectionId: sql`(select ${servers.connectionId} from ${servers} where ${servers.id} = ${requests.serverId})`,
  attemptId: given('attemptId'),
  stateHash: given('stateHash'),
  takenStateHash: null,
  nonce: given('nonce'),
  codeVerifier: given('codeVerifier'),
  rememberedFor: given('rememberedFor'),
  assumedScope: sql`${given('assumedScope')}::jsonb`,
  timeline: withLines(given('lines')),
}

const TAKEN = {
  stateHash: null,
  takenStateHash: given('stateHash'),
  takenAt: sql`clock_timestamp()`,
  takenBy: given('instance'),
}

/** One for each database. */
export function loginStatements(db: Database) {
  const open = isOpen(given('id'), given('now'))
  const isFresh = eq(requests.stateHash, given('stateHash'))
  const takenInVain = and(
    eq(requests.takenStateHash, given('stateHash')),
    eq(requests.takenBy, given('instance')),
  )
  const takeable = and(
    // So that no index serves it: a planner without statistics would walk all logins of the connection.
    sql`${requests.connectionId} is not distinct from ${given('connectionId')}`,
    isNotNull(requests.consentedAt),
    isNull(requests.endedAt),
    gt(requests.expiresAt, given('now')),
    inTime,
  )
  const unanswered = and(isNull(requests.consentedAt), isNull(requests.rememberedFor))
  return {
    findOpen: db
      .select(openColumns)
      .from(requests)
      .innerJoin(servers, isItsServer)
      .innerJoin(clients, isItsClient)
      .where(open)
      .prepare('open_request'),
    show: changing(db, and(open, sql`not ${requests.prompt} ? 'none'`), {
      timeline: withLines(given('lines')),
    })
      .select({
        ...openColumns,
        connection: connectionColumns,
        brand: brandColumns,
        sharedBrand: sharedBrandColumns,
      })
      .from(requests)
      .innerJoin(servers, isItsServer)
      .innerJoin(clients, isItsClient)
      .innerJoin(connections, and(eq(connections.id, servers.connectionId), isNull(connections.deletedAt)))
      .leftJoin(serverBranding, eq(serverBranding.serverId, servers.id))
      .leftJoin(organizationBranding, eq(organizationBranding.organizationId, servers.organizationId))
      .prepare('shown_request'),
    allow: changed(db, and(open, inTime), ALLOWED).prepare('allowed_request'),
    remember: changed(db, and(open, inTime, unanswered), ALLOWED).prepare('remembered_request'),
    take: changed(db, and(isFresh, takeable), TAKEN).prepare('taken_request'),
    takeAgain: changed(db, and(or(isFresh, takenInVain), takeable), TAKEN).prepare('request_taken_again'),
  }
}

/**
 * Changes requests in the same statement that then reads them as they are: what was changed goes by the table's name, so
 * the same columns are read of it.
 */
function changing(db: Database, where: SQL | undefined, values: PgUpdateSetSource<typeof requests>) {
  const changed = db.update(requests).set(values).where(where).returning()
  return db.with(db.$with(getTableName(requests)).as(changed))
}

/** With the server, client and connection that it is of, so that a step of a login is one statement. */
const changed = (db: Database, where: SQL | undefined, values: PgUpdateSetSource<typeof requests>) =>
  changing(db, where, values)
    .select(underWayColumns)
    .from(requests)
    .innerJoin(servers, isItsServer)
    .innerJoin(clients, isItsClient)
    .leftJoin(connections, and(eq(connections.id, requests.connectionId), isNull(connections.deletedAt)))
