import type { StoreUnavailable } from '@/lib/oauth/ports/ports'

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/^(28|SASL)/, 'The database refuses the user or the password of DATABASE_URL.'],
  [/^3D/, 'The server of DATABASE_URL has no database of that name.'],
  [/^53/, 'The database has no connection or memory left: every process keeps ten connections.'],
  [/^25006/, 'The database takes no writes: DATABASE_URL leads to a standby.'],
  [/^57P03/, 'The database is starting or stopping: try again in a moment.'],
  [
    /^08P01/,
    'The database, or a pooler in front of it, refuses how we connect: see "Poolers" in docs/operations.md.',
  ],
]

/** A sentence about a database that cannot be used at the start, with what to look at. */
export function explainUnavailable({ cause }: StoreUnavailable): string {
  const code = cause instanceof Error ? cause.message : 'unknown'
  const known = CAUSES.find(([pattern]) => pattern.test(code))?.[1]
  const sentence =
    known ?? 'The database does not answer: check DATABASE_URL, and that Postgres runs and is reachable.'
  return `${sentence} (${code})`
}
