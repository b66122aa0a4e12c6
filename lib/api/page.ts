import { z } from 'zod'
import { readCursor } from '@/lib/grants/cursor'
import { Problem } from './problem'
import type { Answer } from './routing'

const LIMIT = 200

const NO_CURSOR = 'is not the `next` of a page: begin without it'

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

/** The parameters of a list that is too long to count, and so has cursors of its own. */
export const CURSOR_QUERY = PAGE_QUERY.extend({
  after: z
    .string()
    .max(1000)
    .refine((text) => readCursor(text) !== undefined, NO_CURSOR)
    .exactOptional()
    .describe('`next` of the page before.'),
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
  const errors = [{ parameter: 'after', detail: NO_CURSOR }]
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
  show: (item: Item) => unknown,
): Answer {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  const next = last && Buffer.from(JSON.stringify(cursorOf(last))).toString('base64url')
  return { body: { items: items.map(show), ...(next && { next }) }, ...(next && { next }) }
}

/** One page that management has cut, with its cursor. */
export function cursorPage<Row>(
  { rows, next }: { readonly rows: readonly Row[]; readonly next?: string },
  show: (row: Row) => unknown,
): Answer {
  return {
    body: { items: rows.map(show), ...(next !== undefined && { next }) },
    ...(next !== undefined && { next }),
  }
}

/** A filter of a list, as typed. */
export const wish = (description: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(200, 'must have at most 200 characters')
    .refine((text) => !/\p{Cc}/u.test(text), 'must have no control characters')
    .exactOptional()
    .describe(description)

/** One page of a list that is all there, in the order of the names. */
export function pageByName<Item>(
  all: readonly Item[],
  query: PageQuery,
  nameOf: (item: Item) => string,
  show: (item: Item) => unknown,
): Answer {
  const after = fromCursor(query, z.string())
  const sorted = all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after)
  return page(rest, query, nameOf, show)
}

/** One page of a list that is all there, in its own order. */
export function pageInOrder<Item>(
  all: readonly Item[],
  query: PageQuery,
  idOf: (item: Item) => string,
  show: (item: Item) => unknown,
): Answer {
  const after = fromCursor(query, z.string().regex(/^[\w-]+$/))
  const seen = after === undefined ? 0 : all.findIndex((item) => idOf(item) === after) + 1
  return page(all.slice(seen), query, idOf, show)
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
