import { and, eq, gt, isNull, notExists, type SQL, sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { deviceCodes } from '@/drizzle/schema/device-codes'
import type { DeviceCodes, DevicePoll } from '@/lib/oauth/ports/device'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { inTime } from '@/lib/store/database/in-time'
import { sweep } from '@/lib/store/database/sweep'
import { admitGuess, forgiveGuess } from './device-guesses'

/** Milliseconds after its end for which a code is still known as expired, and not as one that never was. */
const REMEMBERED = 3_600_000

/** Devices that wait for their users, in Postgres. */
export function deviceCodeStore(db: Database): DeviceCodes {
  /** A user who pressed Deny meant this device, in whichever browser. */
  const denials = db
    .select({ one: sql`1` })
    .from(requests)
    .where(and(eq(requests.deviceCodeId, deviceCodes.id), eq(requests.outcome, 'denied')))
  const isWaiting = (one: SQL, now: Date) =>
    and(one, gt(deviceCodes.expiresAt, now), isNull(deviceCodes.grantId), notExists(denials))

  return guarded({
    async create(code) {
      const made = await db
        .insert(deviceCodes)
        .values({ ...code, id: newId() })
        .onConflictDoNothing({ target: deviceCodes.userCodeHash })
        .returning({ id: deviceCodes.id })
      const forgotten = new Date(code.createdAt.getTime() - REMEMBERED)
      await db.execute(sql`with ${sweep(deviceCodes.id, deviceCodes.expiresAt, forgotten)} select`)
      return made.length > 0
    },

    async findWaiting(userCodeHash, now) {
      const { id, serverId, clientRowId, clientId, scope, network } = deviceCodes
      const [device] = await db
        .select({ id, serverId, clientRowId, clientId, scope, network })
        .from(deviceCodes)
        .where(isWaiting(eq(deviceCodes.userCodeHash, userCodeHash), now))
      return device ? omitNullish(device) : null
    },

    async approve(id, grantId, now) {
      const approved = await db
        .update(deviceCodes)
        .set({ grantId })
        .where(and(isWaiting(eq(deviceCodes.id, id), now), inTime(db)))
        .returning({ id: deviceCodes.id })
      return approved.length > 0
    },

    async poll(deviceCodeHash, { serverId, clientRowId }, { now, penalty, tolerance }) {
      const { lastPolledAt, interval } = deviceCodes
      // What is early is worked out on the row as it is when its lock was had: polls at once queue here.
      const earliest = sql`${lastPolledAt} + make_interval(secs => ${interval} - ${tolerance}::int)`
      const early = sql`coalesce(${earliest} > ${sql.param(now, lastPolledAt)}, false)`
      const [row] = await db
        .update(deviceCodes)
        .set({
          lastPolledAt: now,
          polledEarly: early,
          interval: sql`${interval} + case when ${early} then ${penalty}::int else 0 end`,
        })
        .where(
          and(
            eq(deviceCodes.deviceCodeHash, deviceCodeHash),
            eq(deviceCodes.serverId, serverId),
            eq(deviceCodes.clientRowId, clientRowId),
            inTime(db),
          ),
        )
        .returning({
          early: deviceCodes.polledEarly,
          expiresAt: deviceCodes.expiresAt,
          grantId: deviceCodes.grantId,
          denied: sql<boolean>`exists ${denials}`,
        })
      return row ? outcomeOf(row, now) : { outcome: 'unknown' }
    },

    admitGuess: (guessers, times) => admitGuess(db, guessers, times),
    forgiveGuess: (guessers) => forgiveGuess(db, guessers),
  } satisfies DeviceCodes)
}

type PolledRow = {
  readonly early: boolean
  readonly expiresAt: Date
  readonly grantId: string | null
  readonly denied: boolean
}

/** A final outcome is returned at once; a pending one with the time of the next poll. */
function outcomeOf({ early, expiresAt, grantId, denied }: PolledRow, now: Date): DevicePoll {
  if (expiresAt <= now) return { outcome: 'expired' }
  if (denied && grantId === null) return { outcome: 'denied' }
  if (early) return { outcome: 'slow_down' }
  return grantId === null ? { outcome: 'pending' } : { outcome: 'approved', grantId }
}
