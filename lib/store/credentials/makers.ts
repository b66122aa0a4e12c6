import { and, eq, gt, isNull, or, sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import type { Transaction } from '@/lib/store/database/database'

type Role = (typeof members.$inferSelect)['role']

/** Who makes something that works without them. */
export type Maker = {
  readonly kind: 'operator' | 'api_key'
  readonly id: string
  /** An operator who asks as one who runs the installation: without that they have no role. */
  readonly isAbove: boolean
  /** Whether their role at that very moment allows it; undefined when they have none any more. */
  mayStill(role: Role | undefined): boolean
  /** What is thrown where the organization was deleted in the meantime. */
  gone(): Error
}

/** Who asks for a change, whose right may have ended meanwhile; no maker where the right is to reach the database. */
export type Asking = { readonly organizationId: string | null; readonly maker: Maker | undefined }

/** Who makes it, and how many of it there may be; undefined: whoever can reach the database, and any number. */
export type Making = { readonly maker: Maker | undefined; readonly most: number | undefined }

export type Made = 'created' | 'forbidden' | 'too_many'

/**
 * Asks in the transaction that writes: the right may have been taken since the request came in. Removals, demotions and
 * revocations queue behind it, and so end what is made.
 *
 * @param organizationId null: of the installation
 */
export async function mayStillMake(
  tx: Transaction,
  organizationId: string | null,
  maker: Maker | undefined,
): Promise<boolean> {
  if (!maker) return true
  // Not more later: several that hold a row, and all want more of it, wait for one another.
  const strength = maker.kind === 'api_key' ? 'share' : 'no key update'
  if (organizationId !== null && !(await exists(tx, organizationId, strength))) throw maker.gone()
  const role =
    maker.kind === 'api_key' ? await roleOfKey(tx, maker.id) : await roleOf(tx, organizationId, maker)
  return maker.mayStill(role)
}

/**
 * A deletion of the organization waits for what is made, and what comes later is not made.
 *
 * @param strength `no key update`: changes of its members wait as well
 */
async function exists(
  tx: Transaction,
  organizationId: string,
  strength: 'share' | 'no key update',
): Promise<boolean> {
  const [found] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(and(eq(organizations.id, organizationId), isNull(organizations.deletedAt)))
    .for(strength)
  return found !== undefined
}

async function roleOfKey(tx: Transaction, id: string): Promise<Role | undefined> {
  const isLive = and(
    isNull(apiKeys.revokedAt),
    or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
  )
  const [key] = await tx
    .select({ role: apiKeys.role })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), isLive))
    .for('share')
  return key?.role
}

/** The organization, which is held, lets no member be changed meanwhile. */
async function roleOf(
  tx: Transaction,
  organizationId: string | null,
  { id, isAbove: wasAbove }: Maker,
): Promise<Role | undefined> {
  const [operator] = await tx
    .select({ isAbove: operators.isInstallationOperator, disabledAt: operators.disabledAt })
    .from(operators)
    .where(eq(operators.id, id))
    .for('share')
  if (operator?.disabledAt) return undefined
  if (operator?.isAbove || wasAbove || organizationId === null) return operator?.isAbove ? 'owner' : undefined
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, id)))
  return member?.role
}
