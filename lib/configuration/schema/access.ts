import { z } from 'zod'
import type { Condition } from '@/lib/oauth/protocol/access-rules'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { text } from './values'

/** How deep conditions may lie in one another. */
const MAX_DEPTH = 10

const claim = text()
const value = z.union([text(500), z.number(), z.boolean()])
const domain = z.string().refine((name) => parseUrl(`https://${name}`)?.hostname === name.toLowerCase())

const nested: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ claim, equals: value }),
    z.strictObject({ claim, in: z.array(value).min(1).max(500) }),
    z.strictObject({ claim, contains: value }),
    z.strictObject({ claim: z.literal('email'), domain }),
    z.strictObject({ all: z.array(nested).min(1).max(100) }),
    z.strictObject({ any: z.array(nested).min(1).max(100) }),
    z.strictObject({ not: nested }),
  ]),
)

/** Members are single words: they are spelled the same here and on the wire. */
export const condition = z.custom<Condition>(
  (given) => depthOf(given) <= MAX_DEPTH && nested.safeParse(given).success,
  'not_a_condition',
)

function depthOf(given: unknown, depth = 1): number {
  if (typeof given !== 'object' || given === null || depth > MAX_DEPTH) return depth
  const nested = Object.entries(given).flatMap(([key, member]) =>
    ['all', 'any', 'not'].includes(key) ? [member].flat() : [],
  )
  return Math.max(depth, ...nested.map((one) => depthOf(one, depth + 1)))
}

/** An email address, or a subject at the identity provider. */
const listedUser = text(500).regex(/^(sub:.+|[^@\s]+@[^@\s]+)$/, 'not_a_listed_user')

const block = z.strictObject({
  users: z.array(listedUser).max(5000).default([]),
  when: condition.exactOptional(),
})

/** Who may use a server. */
export const access = z.strictObject({
  default: z.enum(['allow', 'deny']),
  allow: block.exactOptional(),
  deny: block.exactOptional(),
  contact: text().exactOptional(),
})
