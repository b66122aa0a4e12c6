import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { inTurn } from '@/lib/store/configuration/configuration-queue'
import type { OrganizationRow } from '@/lib/store/configuration/rows'
import type { Maker } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

const columns = {
  id: organizations.id,
  slug: organizations.slug,
  name: organizations.name,
  createdAt: organizations.createdAt,
}

export type ManagedOrganization = OrganizationRow & { readonly createdAt: Date }

/** Milliseconds: others may be changing the configuration. */
const DEADLINE = 60_000

/** Organizations as whole things, in Postgres. */
export function organizationStore(db: Database) {
  return guarded(
    {
      /**
       * Adds one, in the queue of all changes of the configuration.
       *
       * @returns false when the slug is taken; then nothing is written
       */
      create: (row: ManagedOrganization, audit: readonly AuditEntry[], maker: Maker | undefined) =>
        inTurn(db, { organizationId: null, maker }, async (tx) => {
          const added = await tx
            .insert(organizations)
            .values(row)
            .onConflictDoNothing({ target: organizations.slug })
            .returning({ id: organizations.id })
          if (added.length > 0) await appendToAuditLog(tx, audit)
          return added.length > 0
        }),

      async find(slug: string): Promise<ManagedOrganization | null> {
        const [row] = await db
          .select(columns)
          .from(organizations)
          .where(and(eq(organizations.slug, slug), isNull(organizations.deletedAt)))
        return row ?? null
      },

      /** In the order of their slugs, after the one that the caller has seen last. */
      async list(limit: number, after?: string): Promise<readonly ManagedOrganization[]> {
        return db
          .select(columns)
          .from(organizations)
          .where(
            and(
              // Of a plain `is null` the planner expects few rows, and leaves the index of slugs.
              sql`coalesce(${organizations.deletedAt}, 'infinity') > now()`,
              after === undefined ? undefined : gt(organizations.slug, after),
            ),
          )
          .orderBy(organizations.slug)
          .limit(limit)
      },
    },
    { deadline: DEADLINE },
  )
}
