import { z } from 'zod'
import { Problem } from './problem'
import type { Answer } from './routing'

const LIMIT = 200

/** The parameters of every list. */
export const PAGE_QUERY = z.strictObject({
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(LIMIT, `must be at most ${LIMIT}`)
    .default(50)
    .describe('How many at the most.'),
  after: z.string().max(1000).exactOptional().describe('`next` of the page before.'),
})

export type PageQuery = z.output<typeof PAGE_QUERY>

/**
 * What a cursor stands for.
 *
 * @throws Problem when we did not make it
 */
export function fromCursor<Schema extends z.ZodType>(
  { after }: PageQuery,
  schema: Schema,
): z.output<Schema> | undefined {
  if (after === undefined) return undefined
  const parsed = schema.safeParse(decoded(after))
  if (parsed.success) return parsed.data
  const errors = [{ parameter: 'after', detail: 'is not the `next` of a page: begin without it' }]
  throw new Problem('invalid-parameter', 'the cursor cannot be read', { errors })
}

/**
 * One page.
 *
 * @param found one more than `limit` where there are more
 * @param cursorOf what the next page begins after
 */
export function page<Item>(
  found: readonly Item[],
  { limit }: PageQuery,
  cursorOf: (item: Item) => unknown,
  show: (item: Item) => object,
): Answer {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  const next = last && Buffer.from(JSON.stringify(cursorOf(last))).toString('base64url')
  return { body: { items: items.map(show), ...(next && { next }) }, ...(next && { next }) }
}

/** Those after the cursor of a list that is all there, in the order of their names. */
export function afterCursor<Item>(
  all: readonly Item[],
  query: PageQuery,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const after = fromCursor(query, z.string())
  const sorted = all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after)
  return rest.slice(0, query.limit + 1)
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
