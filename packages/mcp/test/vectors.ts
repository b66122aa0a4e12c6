import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Claims = z.record(z.string(), z.unknown())
const FeedStep = z.object({
  name: z.string(),
  document: z.string(),
  over: z.array(z.string()),
})

const Vectors = z.object({
  now: z.number(),
  leeway: z.number(),
  issuer: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()),
  tools: z.record(z.string(), z.array(z.string())),
  serverMetadata: Claims,
  jwks: Claims,
  tokens: z.array(
    z.object({
      name: z.string(),
      token: z.string(),
      user: z
        .object({
          sub: z.string(),
          clientId: z.string(),
          scopes: z.array(z.string()),
          grant: z.string().optional(),
        })
        .optional(),
    }),
  ),
  unusable: z.array(z.object({ name: z.string(), key: Claims, token: z.string() })),
  introspection: z.array(z.object({ name: z.string(), answer: Claims, isGood: z.boolean().default(false) })),
  requests: z.array(
    z.object({
      name: z.string(),
      authorization: z.string().optional(),
      message: z.unknown(),
      status: z.number(),
      challenge: z.record(z.string(), z.string()).optional(),
    }),
  ),
  metadata: z.array(z.object({ resource: z.string(), url: z.string(), document: Claims })),
  feed: z.object({
    uri: z.string(),
    tokens: z.record(z.string(), z.string()),
    steps: z.array(FeedStep),
    bad: z.array(FeedStep.omit({ over: true })),
    alone: z.array(FeedStep),
    waits: z.array(
      z.object({
        name: z.string(),
        document: z.string(),
        question: z.string(),
        prefer: z.string().optional(),
      }),
    ),
  }),
})

/** What every verifier of access tokens must say, in whatever language it is written. */
export const vectors = Vectors.parse(
  JSON.parse(readFileSync(new URL('../../vectors/vectors.json', import.meta.url), 'utf8')),
)
