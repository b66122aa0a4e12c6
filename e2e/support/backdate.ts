import { decodeJwt } from 'jose'
import type { Sql, TransactionSql } from 'postgres'
import { isCollision } from '@/lib/store/database/driver-error'
import { singleConnection } from '@/lib/store/database/single-connection'
import type { Tokens } from './attack-tokens'
import { expect } from './test'
import type { World } from './world'

/** The grant that a signed access token hangs on. */
export const grantOf = ({ access_token }: Tokens): string => String(decodeJwt(access_token).gid)

/** Moves every rotation of a grant's refresh tokens so many seconds into the past: the grace window passes. */
export const ageRotations = (world: World, grantId: string, seconds: number) =>
  withDatabase(
    world,
    (sql) =>
      sql`update refresh_tokens set rotated_at = rotated_at - make_interval(secs => ${seconds}) where grant_id = ${grantId}`,
  )

/** Moves what is remembered of an identity provider's silence so many seconds into the past. */
export const ageOutage = (world: World, grantId: string, seconds: number) =>
  withDatabase(
    world,
    (sql) =>
      sql`update upstream_tokens set failing_since = failing_since - make_interval(secs => ${seconds}), retry_at = retry_at - make_interval(secs => ${seconds}) where grant_id = ${grantId}`,
  )

/** Moves the last answer of the identity provider about a grant's user so many seconds into the past. */
export const ageUpstreamTokens = (world: World, grantId: string, seconds: number) =>
  withDatabase(
    world,
    (sql) =>
      sql`update upstream_tokens set updated_at = updated_at - make_interval(secs => ${seconds}) where grant_id = ${grantId}`,
  )

/** Lets the upstream token of a grant expire, whatever clocks say. */
export const expireUpstreamToken = (world: World, grantId: string) =>
  withDatabase(
    world,
    (sql) =>
      sql`update upstream_tokens set expires_at = expires_at - interval '1 minute' where grant_id = ${grantId}`,
  )

/** Moves every sign-in at our own accounts of a connection so many seconds into the past. */
export const agePlatformSessions = (world: World, connectionId: string, seconds: number) =>
  withDatabase(
    world,
    (sql) =>
      sql`update platform_sessions set created_at = created_at - make_interval(secs => ${seconds}) where user_id in (select id from platform_users where connection_id = ${connectionId})`,
  )

/** Moves every session of an operator an hour into the past: it lives, and is not recent any more. */
export const ageOperatorSessions = (world: World, email: string) =>
  withDatabase(
    world,
    (sql) =>
      sql`update operator_sessions set created_at = created_at - interval '1 hour' where operator_id in (select id from operators where email = ${email})`,
  )

/** Lets the time of a login run out. */
export const expireLogin = (world: World, requestId: string) =>
  withDatabase(
    world,
    (sql) =>
      sql`update authorization_requests set expires_at = now() - interval '1 second' where id = ${requestId}`,
  )

/** Moves into the past when a login attempt was taken, and what the instance that took it has reported. */
export const ageTakenLogin = (world: World, requestId: string, seconds: number) =>
  withDatabase(world, async (sql) => {
    await sql`update instances set answered_until = answered_until - make_interval(secs => ${seconds})
      where id = (select taken_by from authorization_requests where id = ${requestId})`
    await sql`update authorization_requests set taken_at = taken_at - make_interval(secs => ${seconds})
      where id = ${requestId}`
  })

/** Lets a day of failed attempts go by for everything that waits for an organization's webhooks: one is left to each. */
export const exhaustDeliveries = (world: World, organization: string) =>
  withDatabase(world, async (sql) => {
    const ours = sql`select webhooks.id from webhooks join organizations on organizations.id = organization_id
      where organizations.slug = ${organization}`
    await sql`update webhook_deliveries set attempts = 7, next_attempt_at = now()
      where state = 'waiting' and webhook_id in (${ours})`
    await sql`update webhooks set resumes_at = null where id in (${ours})`
  })

/** Whether upstream tokens of a grant are still stored. */
export const holdsUpstreamTokens = (world: World, grantId: string) =>
  withDatabase(world, async (sql) => {
    const rows = await sql`select from upstream_tokens where grant_id = ${grantId}`
    return rows.length > 0
  })

/**
 * Holds a grant's refresh tokens as a slow database does, until the client that waits for one of them has hung up.
 *
 * @param ask sends the request, which the signal ends
 */
export const hangUp = (world: World, grantId: string, ask: (signal: AbortSignal) => Promise<unknown>) =>
  withDatabase(world, async (sql) => {
    await sql.begin(async (slow) => {
      await hold(slow, grantId)
      await hangUpOn(slow, 1, ask, () => fetch(`${world.app.url}/healthz`))
    })
    const spent = () => sql`select count(*)::int as all, count(rotated_at)::int as spent from refresh_tokens
      where grant_id = ${grantId}`
    await expect.poll(async () => [...(await spent())]).toEqual([{ all: 2, spent: 0 }])
  })

/**
 * The same, where another request came first, and is answered.
 *
 * @param first sends that one
 * @param ping asks the instance that is hung up on for anything
 */
export const hangUpBehind = (
  world: World,
  grantId: string,
  first: () => Promise<Response>,
  ask: (signal: AbortSignal) => Promise<unknown>,
  ping: () => Promise<unknown>,
): Promise<Response> =>
  withDatabase(world, async (sql) => {
    const { answered } = await sql.begin(async (slow) => {
      await hold(slow, grantId)
      const answered = first()
      await untilWaiting(slow, 1)
      await hangUpOn(slow, 2, ask, ping)
      // It is answered after the transaction.
      return { answered }
    })
    return answered
  })

const hold = (slow: TransactionSql, grantId: string) =>
  slow`select from refresh_tokens where grant_id = ${grantId} for update`

const untilWaiting = (slow: TransactionSql, count: number) =>
  expect
    .poll(async () => {
      const waiting = await slow`select distinct pid from pg_locks where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())`
      return waiting.length
    })
    .toBe(count)

/** @param count of requests that wait then, this one included */
async function hangUpOn(
  slow: TransactionSql,
  count: number,
  ask: (signal: AbortSignal) => Promise<unknown>,
  ping: () => Promise<unknown>,
): Promise<void> {
  const hungUp = new AbortController()
  const answer = ask(hungUp.signal).then(
    () => 'answered',
    () => 'hung up',
  )
  await untilWaiting(slow, count)
  hungUp.abort()
  // By then the server has heard of it.
  for (let times = 0; times < 2; times++) await ping()
  expect(await answer).toBe('hung up')
}

/** Runs statements on the world's database: the one way to let time pass for what is stored. */
async function withDatabase<T>(world: World, use: (sql: Sql) => Promise<T>): Promise<T> {
  const database = await world.openDatabase()
  const sql = singleConnection(database.url)
  try {
    for (;;)
      try {
        return await use(sql)
      } catch (error) {
        // Of `npm run matrix -- serialization`, whose database refuses this now and then as well.
        if (!isCollision(error)) throw error
      }
  } finally {
    await sql.end()
    await database.close()
  }
}
