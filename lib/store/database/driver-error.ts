import type { PostgresError } from 'postgres'

/** The driver's error: Drizzle wraps those of a transaction. */
export const driverError = (error: unknown): unknown =>
  error instanceof Error && 'query' in error && 'params' in error ? error.cause : error

/** The SQLSTATE or the driver's code; empty for what did not come from the driver. */
export function codeOf(error: unknown): string {
  const source = driverError(error)
  return (source instanceof Error && (source as Partial<PostgresError>).code) || ''
}

export function messageOf(error: unknown): string {
  const source = driverError(error)
  return source instanceof Error ? source.message : ''
}

/** SQLSTATEs of what would have worked at another time: a serialization failure and a deadlock. Nothing was done. */
const COLLISIONS = new Set(['40001', '40P01'])

export const isCollision = (error: unknown): boolean => COLLISIONS.has(codeOf(error))
