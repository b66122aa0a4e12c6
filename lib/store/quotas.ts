import type { SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Transaction } from './database/database'

/**
 * Rows that one organization can have of what its administrators make. All are far above use; who runs the installation
 * may go beyond. What has ended counts until its row is gone, or making and removing would fill the database as well.
 * Decision 0134.
 */
export const QUOTAS = {
  apiKeys: 1_000,
  setupLinks: 1_000,
  invitations: 1_000,
  members: 1_000,
  /** With an account at one of its platform connections. */
  people: 20_000,
  /** Those that were deleted count for good: their ids are never used again, as are servers' slugs. */
  connections: 1_000,
  servers: 1_000,
  /** Pre-registered ones, at all of its servers. */
  clients: 5_000,
} as const

/**
 * How many there may be.
 *
 * @param maker who makes one; undefined: who can reach the database
 * @returns undefined where any number may
 */
export const quotaOf = (
  name: keyof typeof QUOTAS,
  { isInstallationOperator, organizationId }: Maker,
): number | undefined => (isInstallationOperator || organizationId === null ? undefined : QUOTAS[name])

type Maker = { readonly organizationId: string | null; readonly isInstallationOperator?: boolean }

/** Whether one more fits in. Several at the same moment may go beyond, by as many as there are requests under way. */
export async function hasRoom(
  tx: Transaction,
  table: PgTable,
  which: SQL | undefined,
  most: number | undefined,
): Promise<boolean> {
  return most === undefined || (await tx.$count(table, which)) < most
}
