import { type SQL, sql } from 'drizzle-orm'
import { idempotentRequests } from '@/drizzle/schema/api-keys'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { challenges } from '@/drizzle/schema/challenges'
import { assertionIds, clientDocuments } from '@/drizzle/schema/client-documents'
import { clients, isUnused } from '@/drizzle/schema/clients'
import { connectionTests } from '@/drizzle/schema/connection-tests'
import { accessTokens, consents, grants, refreshTokens, revokedAccessTokens } from '@/drizzle/schema/grants'
import { instances } from '@/drizzle/schema/instances'
import { organizationDays } from '@/drizzle/schema/organization-days'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { signInAttempts } from '@/drizzle/schema/sign-in-attempts'
import { webhookDeliveries } from '@/drizzle/schema/webhooks'
import {
  ACCESS_TOKEN_MAX_LIFETIME,
  CONNECTION_TEST_LIFETIME,
  DEAD_LETTER_LIFETIME,
  DELIVERED_LIFETIME,
  DOCUMENT_STALE_LIFETIME,
  LEFTOVER_LIFETIME,
  REFRESH_TOKEN_MAX_LIFETIME,
  SETUP_LINK_MEMORY,
  TIMELINE_LIFETIME,
  UNUSED_REGISTRATION_LIFETIME,
} from '@/lib/oauth/protocol/lifetimes'

/**
 * One rule of retention. `statement` changes at most `limit` rows, found by an index that holds little else, and skips
 * locked rows: several instances may run it at once without waiting.
 */
export type RetentionRule = {
  /** What goes, for the operator. */
  readonly what: string
  statement(now: Date, limit: number): SQL
}

/** A point in time as an expression: drivers know a date's type only beside its column. */
const at = (now: Date, secondsBefore = 0): SQL =>
  sql`${new Date(now.getTime() - secondsBefore * 1000).toISOString()}::timestamptz`

const requestsOfClient = sql`select from ${authorizationRequests} as request
  where request.server_id = client.server_id and request.client_row_id = client.id`

const grantsOfClient = sql`select from ${grants} as given
  where given.server_id = client.server_id and given.client_row_id = client.id`

const consentsOfClient = sql`select from ${consents} as consent
  where consent.server_id = client.server_id and consent.client_row_id = client.id`

/**
 * Asked for each candidate, by an index. Without the `offset`, which changes nothing else, the planner may turn it into
 * a join that reads the other table from end to end.
 */
export const exists = (subquery: SQL): SQL => sql`exists (${subquery} offset 0)`

const hasPast = sql`(${exists(requestsOfClient)} or ${exists(grantsOfClient)} or ${exists(consentsOfClient)})`

/** Rows that have expired by a column of their own, which has an index. */
const expired = (what: string, table: SQL, key: SQL, column: SQL, secondsAfter = 0): RetentionRule => ({
  what,
  statement: (now, limit) => sql`
    delete from ${table} where ${key} = any(array(
      select ${key} from ${table} where ${column} <= ${at(now, secondsAfter)}
      limit ${limit}::int for update skip locked
    ))`,
})

/** Deliveries of webhooks that ended so. */
const ended = (what: string, state: 'delivered' | 'dead', secondsAfter: number): RetentionRule => ({
  what,
  statement: (now, limit) => sql`
    delete from ${webhookDeliveries} where id = any(array(
      select id from ${webhookDeliveries} where state = ${state} and ended_at <= ${at(now, secondsAfter)}
      limit ${limit}::int for update skip locked
    ))`,
})

/** In this order: what goes first lets go of what comes after it. */
export const RETENTION_RULES: readonly RetentionRule[] = [
  {
    what: 'secrets of logins that were given up',
    statement: (now, limit) => sql`
      update ${authorizationRequests} set state_hash = null, nonce = null, code_verifier = null where id = any(array(
        select id from ${authorizationRequests}
        where code_verifier is not null and expires_at <= ${at(now)}
        limit ${limit}::int for update skip locked
      ))`,
  },
  expired('timelines of logins', sql`${authorizationRequests}`, sql`id`, sql`created_at`, TIMELINE_LIFETIME),
  // A rotated token stays until it would have expired: until then its reuse means theft.
  expired('refresh tokens', sql`${refreshTokens}`, sql`hash`, sql`expires_at`, LEFTOVER_LIFETIME),
  {
    what: 'grants whose code was never redeemed',
    // Should one have come to tokens in another way, it stays while they live.
    statement: (now, limit) => sql`
      delete from ${grants} where id = any(array(
        select id from ${grants} as given
        where kind = 'login' and redeemed_at is null and created_at <= ${at(now, LEFTOVER_LIFETIME + ACCESS_TOKEN_MAX_LIFETIME)}
          and not ${exists(sql`select from ${refreshTokens} as token where token.grant_id = given.id`)}
          and not ${exists(sql`select from ${accessTokens} as token where token.grant_id = given.id`)}
        limit ${limit}::int for update skip locked
      ))`,
  },
  {
    what: 'registrations that were never used',
    statement: (now, limit) => sql`
      delete from ${clients} where id = any(array(
        select id from ${clients} as client
        where ${isUnused} and created_at <= ${at(now, UNUSED_REGISTRATION_LIFETIME)}
          and not ${hasPast}
        limit ${limit}::int for update skip locked
      ))`,
  },
  {
    what: 'registrations that came to nothing',
    // A login was started: the client is deleted, and its row stays for the timeline.
    statement: (now, limit) => sql`
      update ${clients} set deleted_at = ${at(now)} where id = any(array(
        select id from ${clients} as client
        where ${isUnused} and created_at <= ${at(now, UNUSED_REGISTRATION_LIFETIME)} and ${hasPast}
          and not ${exists(sql`${requestsOfClient} and request.ended_at is null and request.expires_at > ${at(now)}`)}
          and not ${exists(sql`${grantsOfClient} and given.created_at > ${at(now, UNUSED_REGISTRATION_LIFETIME)}`)}
        limit ${limit}::int for update skip locked
      ))`,
  },
  {
    what: 'deleted registrations without a past',
    statement: (now, limit) => sql`
      with gone as materialized (
        select id from ${clients} as client
        where deleted_at is not null and deleted_at <= ${at(now, TIMELINE_LIFETIME)}
          and not ${exists(requestsOfClient)} and not ${exists(grantsOfClient)}
        limit ${limit}::int for update skip locked
      ), forgotten as (
        delete from ${consents} as consent using ${clients} as client
        where client.id = any(array(select id from gone))
          and consent.server_id = client.server_id and consent.client_row_id = client.id
      )
      delete from ${clients} where id = any(array(select id from gone))`,
  },
  expired('opaque access tokens', sql`${accessTokens}`, sql`hash`, sql`expires_at`),
  expired('marks of revoked access tokens', sql`${revokedAccessTokens}`, sql`id`, sql`expires_at`),
  expired('challenges and codes', sql`${challenges}`, sql`key`, sql`expires_at`),
  expired('attempts to sign in', sql`${signInAttempts}`, sql`account`, sql`expires_at`),
  expired('pushed requests', sql`${pushedRequests}`, sql`hash`, sql`expires_at`),
  expired('browser sessions', sql`${browserSessions}`, sql`hash`, sql`expires_at`),
  expired(
    'tests of connections',
    sql`${connectionTests}`,
    sql`id`,
    sql`created_at`,
    CONNECTION_TEST_LIFETIME,
  ),
  expired('numbers of days long past', sql`${organizationDays}`, sql`ctid`, sql`day`, TIMELINE_LIFETIME),
  expired('setup links', sql`${setupLinks}`, sql`id`, sql`expires_at`, SETUP_LINK_MEMORY),
  expired('ids of client assertions', sql`${assertionIds}`, sql`id_hash`, sql`expires_at`),
  expired('answers kept for idempotency keys', sql`${idempotentRequests}`, sql`id`, sql`expires_at`),
  expired(
    'documents of clients',
    sql`${clientDocuments}`,
    sql`url`,
    sql`fetched_at`,
    DOCUMENT_STALE_LIFETIME,
  ),
  expired('instances long gone', sql`${instances}`, sql`id`, sql`answered_until`, REFRESH_TOKEN_MAX_LIFETIME),
  ended('deliveries to webhooks', 'delivered', DELIVERED_LIFETIME),
  ended('dead letters of webhooks', 'dead', DEAD_LETTER_LIFETIME),
]
