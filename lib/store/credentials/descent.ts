import { and, eq, gt, inArray, isNull, notInArray, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { invitations } from '@/drizzle/schema/operators'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { type ApiKeyRow, apiKeyColumns } from './api-key-row'
import { type SetupLinkRow, setupLinkColumns } from './setup-links'

type Role = ApiKeyRow['role']

/** Credentials that an operator or an API key made, and those that were made with these: they work without them. */
export type Descent = {
  readonly apiKeys: readonly ApiKeyRow[]
  readonly setupLinks: readonly SetupLinkRow[]
  readonly invitations: readonly DescendedInvitation[]
}

export type DescendedInvitation = Pick<
  typeof invitations.$inferSelect,
  'id' | 'organizationId' | 'email' | 'role'
>

export type Creator = {
  /** Of an operator or an API key. */
  readonly id: string
  /** Only what belongs to this organization; null: everywhere. */
  readonly organizationId: string | null
  /** Not what belongs to one of these. */
  readonly except?: readonly string[]
}

/** What a creator may still have: after a demotion, what the new role allows. */
export type Kept = { readonly roles: readonly Role[]; readonly setupLinks: boolean }

export const NOTHING: Kept = { roles: [], setupLinks: false }

type Rows<Row> = (where: SQL | undefined) => Promise<Row[]>

type Step = {
  readonly keys: Rows<Omit<typeof apiKeys.$inferSelect, 'hash'>>
  readonly links: Rows<Omit<typeof setupLinks.$inferSelect, 'tokenHash'>>
  readonly invitations: Rows<DescendedInvitation>
}

const invitationColumns = {
  id: invitations.id,
  organizationId: invitations.organizationId,
  email: invitations.email,
  role: invitations.role,
}

export function descentStore(db: Database) {
  return guarded({
    /** What {@link endDescent} would end. */
    read: (creator: Creator, kept: Kept, now: Date): Promise<Descent> =>
      db.transaction(
        (tx) =>
          walk(tx, creator, kept, now, {
            keys: async (where) => tx.select(apiKeyColumns).from(apiKeys).where(where),
            links: async (where) => tx.select(setupLinkColumns).from(setupLinks).where(where),
            invitations: async (where) => tx.select(invitationColumns).from(invitations).where(where),
          }),
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
      ),
  })
}

/**
 * Ends what an operator or an API key made, one generation after the other. Who makes something holds their row until
 * it is written (`makers.ts`), so each statement finds what the generation before made until it ended.
 */
export function endDescent(tx: Transaction, creator: Creator, kept: Kept, at: Date): Promise<Descent> {
  return walk(tx, creator, kept, at, {
    keys: async (where) => tx.update(apiKeys).set({ revokedAt: at }).where(where).returning(apiKeyColumns),
    links: async (where) =>
      tx.update(setupLinks).set({ endedAt: at, ending: 'revoked' }).where(where).returning(setupLinkColumns),
    invitations: async (where) =>
      tx.update(invitations).set({ status: 'withdrawn' }).where(where).returning(invitationColumns),
  })
}

async function walk(tx: Transaction, creator: Creator, kept: Kept, now: Date, step: Step): Promise<Descent> {
  const { organizationId, except = [] } = creator
  const within = (column: PgColumn) =>
    and(
      organizationId === null ? undefined : eq(column, organizationId),
      except.length > 0 ? or(isNull(column), notInArray(column, [...except])) : undefined,
    )
  const found = {
    apiKeys: [] as ApiKeyRow[],
    setupLinks: [] as SetupLinkRow[],
    invitations: [] as DescendedInvitation[],
  }
  let creators: readonly string[] = [creator.id]
  for (let still = kept; creators.length > 0; still = NOTHING) {
    const ids = [...creators]
    const madeKeys = and(
      inArray(apiKeys.createdById, ids),
      within(apiKeys.organizationId),
      still.roles.length > 0 ? notInArray(apiKeys.role, [...still.roles]) : undefined,
    )
    const keys = await step.keys(and(madeKeys, isNull(apiKeys.revokedAt)))
    const links = still.setupLinks
      ? []
      : await step.links(
          and(
            inArray(setupLinks.createdById, ids),
            within(setupLinks.organizationId),
            isNull(setupLinks.endedAt),
            gt(setupLinks.expiresAt, now),
          ),
        )
    const invited = await step.invitations(
      and(
        or(inArray(invitations.inviterId, ids), inArray(invitations.inviterKeyId, ids)),
        within(invitations.organizationId),
        still.roles.length > 0 ? notInArray(invitations.role, [...still.roles]) : undefined,
        eq(invitations.status, 'pending'),
        gt(invitations.expiresAt, now),
      ),
    )
    found.apiKeys.push(...keys.map(omitNullish))
    found.setupLinks.push(...links.map(omitNullish))
    found.invitations.push(...invited)
    // Also of keys that were revoked before: what they made may have been left.
    creators = (await tx.select({ id: apiKeys.id }).from(apiKeys).where(madeKeys)).map(({ id }) => id)
  }
  return found
}
