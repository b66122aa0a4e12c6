import { inArray, sql } from 'drizzle-orm'
import { deviceGuesses } from '@/drizzle/schema/device-codes'
import type { DeviceCodes, Guesser } from '@/lib/oauth/ports/device'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { Database } from '@/lib/store/database/database'
import { sweep } from '@/lib/store/database/sweep'

/** See {@link DeviceCodes.admitGuess}. Keys hold addresses of people, so only their digests are kept. */
export async function admitGuess(
  db: Database,
  guessers: readonly Guesser[],
  { now, resetsAt }: Parameters<DeviceCodes['admitGuess']>[1],
): Promise<boolean> {
  const limits = new Map(guessers.map(({ key, limit }) => [hashSecret(key), limit]))
  // In one order, so that two who guess at once never wait for one another.
  const keys = [...limits.keys()].sort()
  const { guesses, resetsAt: column } = deviceGuesses
  const isOver = sql`${column} <= ${sql.param(now, column)}`
  const counted = await db
    .insert(deviceGuesses)
    .values(keys.map((guesser) => ({ guesser, guesses: 1, resetsAt })))
    .onConflictDoUpdate({
      target: deviceGuesses.guesser,
      set: {
        guesses: sql`case when ${isOver} then 1 else ${guesses} + 1 end`,
        resetsAt: sql`case when ${isOver} then excluded.resets_at else ${column} end`,
      },
    })
    .returning({ guesser: deviceGuesses.guesser, guesses })
  await db.execute(sql`with ${sweep(deviceGuesses.guesser, column, now)} select`)
  return counted.every((row) => row.guesses <= (limits.get(row.guesser) ?? 0))
}

/** See {@link DeviceCodes.forgiveGuess}. */
export async function forgiveGuess(db: Database, guessers: readonly Guesser[]): Promise<void> {
  const keys = guessers.map(({ key }) => hashSecret(key))
  await db
    .update(deviceGuesses)
    .set({ guesses: sql`greatest(${deviceGuesses.guesses} - 1, 0)` })
    .where(inArray(deviceGuesses.guesser, keys))
}
