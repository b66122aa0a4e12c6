import { z } from 'zod'

/** Connections of a process to its database: fewer than four could not be divided, and most servers allow a hundred. */
const connections = z.coerce.number().int().min(4).max(500)
const PRESET = 14

export function readConnections(value: string | undefined, mistakes: string[]): number {
  const { data = PRESET, success } = connections.safeParse(value ?? PRESET)
  if (!success) mistakes.push('DATABASE_CONNECTIONS is not a number from 4 to 500.')
  return data
}
