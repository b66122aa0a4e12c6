import { and, eq, gt, inArray, isNull, notInArray, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { invitations, operatorLinks } from '@/drizzle/schema/operators'
import { connections } from '@/drizzle/schema/organizations'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
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
  /** Of people of platform connections. */
  readonly passwordLinks: readonly DescendedPasswordLink[]
  /** With which operators of the installation come in, or come back. */
  readonly operatorLinks: readonly DescendedOperatorLink[]
}

export const NO_DESCENT: Descent = {
  apiKeys: [],
  setupLinks: [],
  invitations: [],
  passwordLinks: [],
  operatorLinks: [],
}

/** `id` is that of the person. */
export type DescendedPasswordLink = {
  readonly id: string
  readonly organizationId: string
  readonly address: string
}

export type DescendedOperatorLink = Pick<typeof operatorLinks.$inferSelect, 'id' | 'operatorId' | 'email'>

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
export type Kept = {
  readonly roles: readonly Role[]
  readonly setupLinks: boolean
  readonly passwordLinks: boolean
}

export const NOTHING: Kept = { roles: [], setupLinks: false, passwordLinks: false }

type Rows<Row> = (where: SQL | undefined) => Promise<Row[]>

type Step = {
  readonly keys: Rows<Omit<typeof apiKeys.$inferSelect, 'hash'>>
  readonly links: Rows<Omit<typeof setupLinks.$inferSelect, 'tokenHash'>>
  readonly invitations: Rows<DescendedInvitation>
  readonly passwordLinks: Rows<DescendedPasswordLink>
  readonly operatorLinks: Rows<DescendedOperatorLink>
}

const personColumns = {
  id: platformUsers.id,
  organizationId: connections.organizationId,
  address: platformUsers.address,
}

const operatorLinkColumns = {
  id: operatorLinks.id,
  operatorId: operatorLinks.operatorId,
  email: operatorLinks.email,
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
            passwordLinks: async (where) =>
              tx
                .select(personColumns)
                .from(platformUsers)
                .innerJoin(connections, eq(connections.id, platformUsers.connectionId))
                .where(where),
            operatorLinks: async (where) => tx.select(operatorLinkColumns).from(operatorLinks).where(where),
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
    passwordLinks: async (where) =>
      tx
        .update(platformUsers)
        .set({ linkHash: null, linkExpiresAt: null, linkCreatedById: null })
        .from(connections)
        .where(and(eq(connections.id, platformUsers.connectionId), where))
        .returning(personColumns),
    operatorLinks: async (where) => tx.delete(operatorLinks).where(where).returning(operatorLinkColumns),
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
    passwordLinks: [] as DescendedPasswordLink[],
    operatorLinks: [] as DescendedOperatorLink[],
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
    const links = await linksOf(step, { ids, organizationId, within, still, now })
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
    found.setupLinks.push(...links.setup.map(omitNullish))
    found.invitations.push(...invited)
    found.passwordLinks.push(...links.passwords)
    found.operatorLinks.push(...links.operators)
    // Also of keys that were revoked before: what they made may have been left.
    creators = (await tx.select({ id: apiKeys.id }).from(apiKeys).where(madeKeys)).map(({ id }) => id)
  }
  return found
}

type Makers = {
  readonly ids: readonly string[]
  readonly organizationId: string | null
  readonly within: (column: PgColumn) => SQL | undefined
  readonly still: Kept
  readonly now: Date
}

/** Links of every kind that these made and may not have any more. */
async function linksOf(step: Step, { ids, organizationId, within, still, now }: Makers) {
  const made = (column: PgColumn) => inArray(column, [...ids])
  const openSetup = and(isNull(setupLinks.endedAt), gt(setupLinks.expiresAt, now))
  const openPassword = gt(platformUsers.linkExpiresAt, now)
  return {
    setup: still.setupLinks
      ? []
      : await step.links(and(made(setupLinks.createdById), within(setupLinks.organizationId), openSetup)),
    passwords: still.passwordLinks
      ? []
      : await step.passwordLinks(
          and(made(platformUsers.linkCreatedById), within(connections.organizationId), openPassword),
        ),
    // These belong to no organization.
    operators:
      organizationId === null
        ? await step.operatorLinks(and(made(operatorLinks.createdById), gt(operatorLinks.expiresAt, now)))
        : [],
  }
}
