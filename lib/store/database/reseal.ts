import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from './database'
import { COLUMNS, type Codecs, type Sealed, sealedColumnStore, valuesOf } from './sealed-columns'

/** What a key is still needed for. */
export type Need = {
  readonly what: Sealed
  readonly count: number
  /** When the last of it ends by itself. */
  readonly until?: string
}

/**
 * What each key is needed for, by its id: those that the database knows, and those that are configured.
 *
 * @param configured ids of the configured keys
 */
export async function keyNeeds(
  db: Database,
  codecs: Codecs,
  configured: readonly string[],
): Promise<ReadonlyMap<string, readonly Need[]>> {
  const store = sealedColumnStore(db)
  const ids = [...new Set([...configured, ...(await store.keyIds())])]
  const counts = new Map<string, Map<Sealed, number>>(ids.map((id) => [id, new Map()]))
  for (const column of COLUMNS)
    for await (const rows of valuesOf(store, column))
      for (const { value } of rows) {
        const key = codecs[column.codec].keyOf(value, ids)
        if (key === undefined) continue
        const known = counts.get(key) ?? new Map<Sealed, number>()
        counts.set(key, known.set(column.what, (known.get(column.what) ?? 0) + 1))
      }
  const tokens = await store.refreshTokens()
  return new Map(
    [...counts].map(([key, found]) => [
      key,
      [
        ...[...found].map(([what, count]) => ({ what, count })),
        ...tokens
          .filter((token) => token.key === key)
          .map(({ count, until }) => ({ what: 'refresh tokens' as const, count, until })),
      ],
    ]),
  )
}

export type Resealed = {
  readonly count: number
  /** Values that do not open: they stay as they are. */
  readonly failed: number
}

/**
 * Seals with the current key what another one has sealed, and does not end by itself. It works in small batches while
 * Vestibule serves, may be stopped at any time, and goes on where it was when it is begun again: a value that another
 * process replaces meanwhile stays.
 *
 * @param rest milliseconds between batches
 */
export async function reseal(
  db: Database,
  codecs: Codecs,
  keyIds: readonly string[],
  rest = 20,
): Promise<Resealed> {
  const store = sealedColumnStore(db)
  const [current] = keyIds
  const done = { count: 0, failed: 0 }
  for (const column of COLUMNS)
    for await (const rows of valuesOf(store, column)) {
      const { context } = column
      if (!context) break
      const codec = codecs[column.codec]
      for (const row of rows) {
        const key = codec.keyOf(row.value, keyIds)
        if (key === current || (key === undefined && column.codec === 'accounts')) continue
        const renewed = await opened(() => codec.renew(row.value, context(row.id, row.owner)))
        if (renewed === undefined) done.failed++
        else {
          await store.replace(column, row, renewed)
          done.count++
        }
      }
      await wait(rest)
    }
  return done
}

/** What does not open is counted, and not told: an error could quote it. */
async function opened(renew: () => Promise<string> | string): Promise<string | undefined> {
  try {
    return await renew()
  } catch {
    return undefined
  }
}
