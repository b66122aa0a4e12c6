import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { Claims } from '@/lib/oauth/model'
import { withProvisioned } from '@/lib/oauth/protocol/user-claims'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { type Cursor, isAfter, pageOf, positionOf } from '@/lib/store/database/keyset'
import { provisionedClaims } from '@/lib/store/provisioning/provisioned-claims'

/** A completed login of a user, with what the identity provider last said of them, by tokens or by SCIM. */
export type RecentLogin = {
  readonly userId: string
  readonly email: string | null
  readonly name: string | null
  readonly at: Date
  readonly scope: readonly string[]
  readonly claims: Claims
}

/** How many are read at once. */
const BATCH = 1000

type Which = {
  readonly organizationId: string
  readonly serverId: string
  readonly since: Date
  /** As if SCIM said groups, whatever the connection says. */
  readonly scimGroups?: boolean
}

/** Logins at one server, the newest first, in batches: also those whose grant has ended since. */
export async function* recentLogins(db: Database, which: Which): AsyncGenerator<readonly RecentLogin[]> {
  const { read } = guarded({ read: (after: Cursor | undefined) => readPage(db, which, after) })
  for (let after: Cursor | undefined; ; ) {
    const { rows, next } = await read(after)
    yield rows.map(({ known, passed, provisioned, ...login }) => ({
      ...login,
      claims: withProvisioned(known ?? passed, provisioned),
    }))
    if (!next) return
    after = next
  }
}

async function readPage(
  db: Database,
  { organizationId, serverId, since, scimGroups }: Which,
  after: Cursor | undefined,
) {
  const rows = await db
    .select({
      id: grants.id,
      position: positionOf(grants.createdAt),
      userId: users.id,
      email: users.email,
      name: users.name,
      at: grants.createdAt,
      scope: grants.scope,
      known: grants.userClaims,
      passed: grants.claims,
      provisioned: sql<Claims | null>`${sql.raw(provisionedClaims('grants', scimGroups))}`,
    })
    .from(grants)
    .innerJoin(users, eq(users.id, grants.userId))
    .where(
      and(
        eq(grants.organizationId, organizationId),
        eq(grants.serverId, serverId),
        inArray(grants.kind, ['login', 'assertion']),
        gt(grants.createdAt, since),
        isAfter(grants.createdAt, grants.id, after),
      ),
    )
    .orderBy(desc(grants.createdAt), desc(grants.id))
    .limit(BATCH + 1)
  return pageOf(rows, BATCH)
}
