import { sql } from 'drizzle-orm'
import type { RefreshToken } from '@/lib/oauth/model'
import { type Answers, trackAnswers } from '../oauth/answers'
import { grantStore } from '../oauth/grants'
import { refreshTokenStore } from '../oauth/refresh-tokens'
import type { PostgresUnderTest } from './open-store'
import { newGrant, randomHash, redemption, refreshToken } from './store-under-test'

const DAY = 86_400

export type Instance = ReturnType<typeof instanceOn>

/**
 * One of several instances, whose process can be told that time has passed.
 *
 * @param slow what its statements wait for, before they reach the database
 */
export function instanceOn(store: PostgresUnderTest, slow?: Promise<void>) {
  let ahead = 0
  const answers = trackAnswers(store.db, () => performance.now() + ahead)
  const behind: Answers = {
    ...answers,
    spend: (what, hash, statement, client) =>
      answers.spend(
        what,
        hash,
        async (spender) => {
          await slow
          return statement(spender)
        },
        client,
      ),
  }
  return {
    answers,
    grants: grantStore(store.db, behind),
    refreshTokens: refreshTokenStore(store.db, behind),
    pass: (milliseconds: number) => {
      ahead += milliseconds
    },
  }
}

export const newToken = (grantId: string): RefreshToken =>
  refreshToken(grantId, { issuedAt: new Date(), expiresAt: new Date(Date.now() + DAY * 1000) })

/** A grant with its unused first refresh token. */
export async function connectedOn(store: PostgresUnderTest) {
  const { grant } = await newGrant(store)
  const first = newToken(grant.id)
  await instanceOn(store).grants.redeem(redemption(grant, first, randomHash()))
  return { grant, first, successor: newToken(grant.id) }
}

/** Something that others wait for. */
export function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

export const rotate = (on: Instance, { hash }: RefreshToken, successor: RefreshToken) =>
  on.refreshTokens.rotate(hash, { successor, grace: 60 })

/** Moves what was spent so many seconds into the past, and what instances reported with it. */
export async function age(
  { db }: PostgresUnderTest,
  grantId: string,
  seconds: number,
  reports = false,
): Promise<void> {
  const past = sql`make_interval(secs => ${seconds}::int)`
  await db.execute(
    sql`update refresh_tokens set rotated_at = rotated_at - ${past} where grant_id = ${grantId}`,
  )
  await db.execute(sql`update grants set redeemed_at = redeemed_at - ${past} where id = ${grantId}`)
  if (reports) await db.execute(sql`update instances set answered_until = answered_until - ${past}`)
}
