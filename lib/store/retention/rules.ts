import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { apiKeys, idempotentRequests } from '@/drizzle/schema/api-keys'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { challenges } from '@/drizzle/schema/challenges'
import { assertionIds, clientDocuments } from '@/drizzle/schema/client-documents'
import { clients, isPassing, isUnused } from '@/drizzle/schema/clients'
import { connectionTests } from '@/drizzle/schema/connection-tests'
import { departures } from '@/drizzle/schema/departures'
import {
  accessTokens,
  consents,
  grantChecks,
  grants,
  refreshTokens,
  revokedAccessTokens,
  upstreamTokens,
} from '@/drizzle/schema/grants'
import { instances } from '@/drizzle/schema/instances'
import { linkCeremonies } from '@/drizzle/schema/link-ceremonies'
import { mails } from '@/drizzle/schema/mails'
import { invitations, operatorSessions, operatorVerifications } from '@/drizzle/schema/operators'
import { platformCodes, platformSessions, platformVerifications } from '@/drizzle/schema/platform-accounts'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import { registrationCounts } from '@/drizzle/schema/registration-counts'
import { samlAssertions } from '@/drizzle/schema/saml-assertions'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { signInAttempts } from '@/drizzle/schema/sign-in-attempts'
import { webhookDeliveries } from '@/drizzle/schema/webhooks'
import {
  ACCESS_TOKEN_MAX_LIFETIME,
  CONNECTION_TEST_LIFETIME,
  DEAD_LETTER_LIFETIME,
  DELIVERED_LIFETIME,
  DOCUMENT_STALE_LIFETIME,
  ENDED_MEMORY,
  LEFTOVER_LIFETIME,
  MAIL_MEMORY,
  REFRESH_TOKEN_MAX_LIFETIME,
  SETUP_LINK_MEMORY,
  TIMELINE_LIFETIME,
  UNUSED_REGISTRATION_LIFETIME,
  WAITING_LIFETIME,
} from '@/lib/oauth/protocol/lifetimes'

/**
 * One rule of retention: rows of a table that are old by a column with an index which holds little else.
 */
export type RetentionRule = {
  /** What goes, for the operator. */
  readonly what: string
  /** With the alias `old`, as the conditions know it. */
  readonly table: PgTable
  readonly key: string
  /** The column by which they are old, and from when on, in seconds before now. */
  readonly column: string
  readonly age: number
  /** What the index demands, too. */
  readonly indexed?: SQL
  /** What a row must be, besides old, at the moment it goes. */
  readonly only?: (now: Date) => SQL
  /** What is set, where the row stays. */
  readonly set?: (now: Date) => SQL
  /** What goes before it: a further part of the statement, given the keys. */
  readonly first?: (keys: SQL) => SQL
}

/** A point in time as an expression: drivers know a date's type only beside its column. */
const at = (now: Date, secondsBefore = 0): SQL =>
  sql`${new Date(now.getTime() - secondsBefore * 1000).toISOString()}::timestamptz`

const requestsOfClient = sql`select from ${authorizationRequests} as request
  where request.server_id = old.server_id and request.client_row_id = old.id`

const grantsOfClient = sql`select from ${grants} as given
  where given.server_id = old.server_id and given.client_row_id = old.id`

const consentsOfClient = sql`select from ${consents} as consent
  where consent.server_id = old.server_id and consent.client_row_id = old.id`

/**
 * Asked for each candidate, by an index. Without the `offset`, which changes nothing else, the planner may turn it into
 * a join that reads the other table from end to end.
 */
const exists = (subquery: SQL): SQL => sql`exists (${subquery} offset 0)`

const hasPast = sql`(${exists(requestsOfClient)} or ${exists(grantsOfClient)} or ${exists(consentsOfClient)})`

/** Rows that have expired by a column of their own, which has an index. */
const expired = (what: string, key: PgColumn, column: PgColumn, age = 0): RetentionRule => ({
  what,
  table: key.table,
  key: key.name,
  column: column.name,
  age,
})

/** Deliveries of webhooks that ended so. */
const ended = (what: string, state: 'delivered' | 'dead', age: number): RetentionRule => ({
  ...expired(what, webhookDeliveries.id, webhookDeliveries.endedAt, age),
  // Written out, since a parameter would hide the index from the planner.
  indexed: sql`old.state = ${sql.raw(`'${state}'`)}`,
})

/** Nobody has answered it for too long, or it never asked to be let in. */
const waitsNot = (now: Date) => sql`(old.asked_at is null or old.asked_at < ${at(now, WAITING_LIFETIME)})`

const unusedRegistrations = (what: string) => ({
  ...expired(what, clients.id, clients.createdAt, UNUSED_REGISTRATION_LIFETIME),
  indexed: isUnused,
})

/** In this order: what goes first lets go of what comes after it. */
export const RETENTION_RULES: readonly RetentionRule[] = [
  {
    ...expired(
      'secrets of logins that were given up',
      authorizationRequests.id,
      authorizationRequests.expiresAt,
    ),
    indexed: sql`old.code_verifier is not null`,
    set: () => sql`state_hash = null, nonce = null, code_verifier = null`,
  },
  // A rotated token stays until it would have expired: until then its reuse means theft.
  expired('refresh tokens', refreshTokens.hash, refreshTokens.expiresAt, LEFTOVER_LIFETIME),
  {
    ...expired('checks whether a code was redeemed', grantChecks.grantId, grantChecks.checkAt),
    first: (keys) => sql`update ${grants} set is_abandoned = true
      where id = any(${keys}) and kind = 'login' and redeemed_at is null`,
  },
  {
    ...expired(
      'grants whose code was never redeemed',
      grants.id,
      grants.createdAt,
      LEFTOVER_LIFETIME + ACCESS_TOKEN_MAX_LIFETIME,
    ),
    indexed: sql`old.is_abandoned`,
    // Should one have come to tokens all the same, it stays while they live.
    only: () => sql`old.redeemed_at is null and not ${exists(sql`select from ${refreshTokens} as token where token.grant_id = old.id`)}
      and not ${exists(sql`select from ${accessTokens} as token where token.grant_id = old.id`)}`,
  },
  {
    ...unusedRegistrations('registrations that were never used'),
    only: (now) => sql`not ${hasPast} and ${waitsNot(now)}`,
  },
  {
    ...unusedRegistrations('registrations that came to nothing'),
    // A login was started: the client is deleted, and its row stays for the timeline.
    only: (now) => sql`${hasPast} and ${waitsNot(now)}
      and not ${exists(sql`${requestsOfClient} and request.ended_at is null and request.expires_at > ${at(now)}`)}
      and not ${exists(sql`${grantsOfClient} and given.created_at > ${at(now, UNUSED_REGISTRATION_LIFETIME)}`)}`,
    set: (now) => sql`deleted_at = ${at(now)}`,
  },
  {
    ...expired('deleted registrations without a past', clients.id, clients.deletedAt, TIMELINE_LIFETIME),
    only: () => sql`not ${exists(requestsOfClient)} and not ${exists(grantsOfClient)}`,
    first: (keys) => sql`delete from ${consents} as consent using ${clients} as client
      where client.id = any(${keys})
        and consent.server_id = client.server_id and consent.client_row_id = client.id`,
  },
  {
    ...expired(
      'clients known by a document that came to nothing',
      clients.id,
      clients.createdAt,
      TIMELINE_LIFETIME,
    ),
    indexed: isPassing,
    only: () => sql`not ${hasPast} and old.approved_at is null`,
  },
  // What is missing is counted anew.
  expired(
    'counts of registrations',
    registrationCounts.key,
    registrationCounts.countedAt,
    UNUSED_REGISTRATION_LIFETIME,
  ),
  expired('sessions of operators', operatorSessions.id, operatorSessions.expiresAt),
  expired('verifications of operators', operatorVerifications.id, operatorVerifications.expiresAt),
  expired('sessions of platform users', platformSessions.id, platformSessions.expiresAt),
  expired('verifications of platform users', platformVerifications.id, platformVerifications.expiresAt),
  expired('codes of platform connections', platformCodes.hash, platformCodes.expiresAt),
  expired('opaque access tokens', accessTokens.hash, accessTokens.expiresAt),
  expired('marks of revoked access tokens', revokedAccessTokens.id, revokedAccessTokens.expiresAt),
  // Of others nothing marks the row: see `upstream-tokens.ts`.
  expired(
    'upstream tokens of revoked grants',
    upstreamTokens.grantId,
    upstreamTokens.endedAt,
    LEFTOVER_LIFETIME,
  ),
  expired('challenges and codes', challenges.key, challenges.expiresAt),
  expired('attempts to sign in', signInAttempts.account, signInAttempts.expiresAt),
  expired('pushed requests', pushedRequests.hash, pushedRequests.expiresAt),
  expired('received SAML responses', samlAssertions.hash, samlAssertions.expiresAt),
  expired('users whom their provider signed out', departures.hash, departures.expiresAt),
  expired('browser sessions', browserSessions.hash, browserSessions.expiresAt),
  expired('tests of connections', connectionTests.id, connectionTests.createdAt, CONNECTION_TEST_LIFETIME),
  expired('linking of logins under way', linkCeremonies.id, linkCeremonies.expiresAt),
  expired('setup links', setupLinks.id, setupLinks.expiresAt, SETUP_LINK_MEMORY),
  // Whoever joined is a member; who did not is forgotten.
  expired('invitations', invitations.id, invitations.expiresAt, ENDED_MEMORY),
  // What was made with one has ended with it, or before. Invitations of one go with it: theirs have ended, too.
  {
    ...expired('revoked API keys', apiKeys.id, apiKeys.revokedAt, ENDED_MEMORY),
    indexed: sql`old.revoked_at is not null`,
  },
  {
    ...expired('expired API keys', apiKeys.id, apiKeys.expiresAt, ENDED_MEMORY),
    indexed: sql`old.expires_at is not null`,
  },
  expired('mails', mails.id, mails.createdAt, MAIL_MEMORY),
  expired('ids of client assertions', assertionIds.idHash, assertionIds.expiresAt),
  expired('answers kept for idempotency keys', idempotentRequests.id, idempotentRequests.expiresAt),
  expired('documents of clients', clientDocuments.url, clientDocuments.fetchedAt, DOCUMENT_STALE_LIFETIME),
  expired('instances long gone', instances.id, instances.answeredUntil, REFRESH_TOKEN_MAX_LIFETIME),
  ended('deliveries to webhooks', 'delivered', DELIVERED_LIFETIME),
  ended('dead letters of webhooks', 'dead', DEAD_LETTER_LIFETIME),
]

/** How far a walk along an index has come: to this time, or past all rows that have it. */
export type Position = { readonly at: string; readonly past: boolean }

export const BEGINNING: Position = { at: '-infinity', past: false }

/** Rows that went, that were changed at all, and that were looked at, and the time of the last one of these. */
export type Batch = {
  readonly count: number
  readonly changed: number
  readonly seen: number
  readonly at: string | null
}

/**
 * Rows from the position on, in the order of an index: those before it are not looked at again, whatever became of
 * them, nor is what an index still holds of rows that were deleted.
 */
export function nextRows(
  { table, key, column }: Pick<RetentionRule, 'table' | 'key' | 'column'>,
  condition: SQL,
  { at, past }: Position,
  limit: number,
): SQL {
  const time = sql.identifier(column)
  return sql`select ${sql.identifier(key)} as key, ${time} as at from ${table} as old
    where ${condition} and ${time} ${past ? sql`>` : sql`>=`} ${at}::timestamptz
    order by ${time} limit ${sql.raw(String(limit))}`
}

/** The end of a statement with the part `seen` and those that change rows: a {@link Batch}. */
export const batchOf = (gone: SQL, changed = gone) => sql`
  select (select count(*)::int from ${gone}) as count, (select count(*)::int from ${changed}) as changed,
    (select count(*)::int from seen) as seen, (select max(at)::text from seen) as at`

/**
 * Looks at the next rows, at most `limit`, and changes those that are to go. Rows that others hold are skipped, until
 * the next time: several instances may do the same at once without waiting.
 */
export function batchStatement(rule: RetentionRule, now: Date, position: Position, limit: number): SQL {
  const { table, only, set, first } = rule
  const [id, time] = [sql.identifier(rule.key), sql.identifier(rule.column)]
  const isDue = sql`${rule.indexed ?? sql`true`} and ${time} <= ${at(now, rule.age)}`
  const keys = sql`array(select key from due)`
  const change = set ? sql`update ${table} set ${set(now)}` : sql`delete from ${table}`
  // The conditions are asked again once the row is held, and hidden from the planner: their index would be walked anew.
  return sql`
    with seen as materialized (${nextRows(rule, isDue, position, limit)}), due as materialized (
      select ${id} as key from ${table} as old
      where ${id} = any(array(select key from seen)) and coalesce(${isDue} and ${only?.(now) ?? sql`true`}, false)
      for update skip locked
    ), ${first ? sql`before as (${first(keys)}),` : sql``} changed as (
      ${change} where ${id} = any(${keys}) returning 1
    )
    ${batchOf(sql`changed`)}`
}
