import { and, eq, gt, sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { invitations, members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Descent, endDescent, type Kept } from '@/lib/store/credentials/descent'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { createOperator, type WayIn } from './new-operator'
import { operatorAddress } from './operator-accounts'

type Role = (typeof members.$inferSelect)['role']

export type MemberRow = {
  readonly operatorId: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly hasTwoFactor: boolean
  readonly since: Date
}

/** An invitation that is still open. */
export type InvitationRow = {
  readonly id: string
  readonly email: string
  readonly role: Role
  readonly expiresAt: Date
  /** An operator; absent when a key of the API invited. */
  readonly inviterId?: string
  /** E-mail address, or the name of the key. */
  readonly inviterName: string
  /** Runs the installation: needs no membership to invite. */
  readonly isInviterAboveAll: boolean
  /** Of the key that invited, while it works. */
  readonly keyRole?: Role
}

/** Members of an organization, and its invitations. */
export type Membership = {
  readonly members: readonly MemberRow[]
  readonly invitations: readonly InvitationRow[]
  /** How many invitations there are, those included that ended and are kept for a while. */
  readonly invitationsKept: number
}

/** A change of who belongs to an organization; all of it happens in that organization only. */
export type MembershipWrite =
  | { readonly kind: 'set_role'; readonly operatorId: string; readonly role: Role }
  | { readonly kind: 'remove'; readonly operatorId: string }
  | {
      readonly kind: 'invite'
      readonly id: string
      readonly email: string
      readonly role: Role
      readonly tokenHash: string
      readonly expiresAt: Date
      /** One of the two. */
      readonly inviterId?: string
      readonly inviterKeyId?: string
    }
  | { readonly kind: 'withdraw'; readonly invitationId: string }
  | {
      readonly kind: 'join'
      readonly invitationId: string
      readonly role: Role
      readonly operatorId: string
      /** An account is created for a new operator. */
      readonly account?: { readonly email: string; readonly name: string; readonly way: WayIn }
    }

export type MembershipChange<Result> = {
  readonly write: MembershipWrite
  readonly audit: readonly AuditEntry[]
  /** Of an operator who loses rights: what ends with these. */
  readonly ends?: {
    readonly creatorId: string
    readonly kept: Kept
    audit(ended: Descent): readonly AuditEntry[]
  }
  readonly result: Result
}

/** Members and invitations in Postgres. */
export function memberStore(db: Database) {
  return guarded({
    read: (organizationId: string, now: Date): Promise<Membership> =>
      db.transaction((tx) => readMembership(tx, organizationId, now), {
        isolationLevel: 'repeatable read',
        accessMode: 'read only',
      }),

    /**
     * One transaction reads, has `decide` say what to write, and writes it with its entries in the audit log. Callers
     * of the same organization queue, so `decide` sees what the one before wrote; when it throws, nothing is written.
     *
     * @param maker their right is asked about when they have their turn, as is whether the organization is still there
     */
    change: <Result>(
      organizationId: string,
      now: Date,
      maker: Maker | undefined,
      decide: (membership: Membership) => MembershipChange<Result>,
    ): Promise<Result> =>
      transactInTime(db, async (tx) => {
        await tx.execute(
          sql`select from ${organizations} where ${organizations.id} = ${organizationId} for no key update`,
        )
        await mayStillMake(tx, organizationId, maker)
        const { write, audit, ends, result } = decide(await readMembership(tx, organizationId, now))
        await writeMembership(tx, organizationId, write)
        const ended = ends && (await endDescent(tx, { id: ends.creatorId, organizationId }, ends.kept, now))
        await appendToAuditLog(tx, ended ? [...audit, ...ends.audit(ended)] : audit)
        return result
      }),

    /** The organization that an open invitation leads to; null when there is none. */
    async findInvitation(tokenHash: string, now: Date) {
      const [row] = await db
        .select({
          id: invitations.id,
          email: invitations.email,
          role: invitations.role,
          organizationId: organizations.id,
          organization: organizations.slug,
          organizationName: organizations.name,
        })
        .from(invitations)
        .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
        .where(
          and(
            eq(invitations.tokenHash, tokenHash),
            eq(invitations.status, 'pending'),
            gt(invitations.expiresAt, now),
          ),
        )
      return row ?? null
    },
  })
}

async function readMembership(tx: Transaction, organizationId: string, now: Date): Promise<Membership> {
  const memberRows = await tx
    .select({
      operatorId: operators.id,
      email: operatorAddress,
      name: operators.name,
      role: members.role,
      hasTwoFactor: sql<boolean>`coalesce(${operators.twoFactorEnabled}, false)`,
      since: members.createdAt,
    })
    .from(members)
    .innerJoin(operators, eq(operators.id, members.userId))
    .where(eq(members.organizationId, organizationId))
    .orderBy(operatorAddress)
  const invitationRows = await tx
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      expiresAt: invitations.expiresAt,
      inviterId: invitations.inviterId,
      inviterName: sql<string>`coalesce(${operatorAddress}, ${apiKeys.name}, '')`,
      isInviterAboveAll: sql<boolean>`coalesce(${operators.isInstallationOperator} and ${operators.disabledAt} is null, false)`,
      keyRole: sql<Role | null>`case when ${apiKeys.revokedAt} is null
        and (${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > ${sql.param(now, apiKeys.expiresAt)})
        then ${apiKeys.role} end`,
    })
    .from(invitations)
    .leftJoin(operators, eq(operators.id, invitations.inviterId))
    .leftJoin(apiKeys, eq(apiKeys.id, invitations.inviterKeyId))
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        eq(invitations.status, 'pending'),
        gt(invitations.expiresAt, now),
      ),
    )
    .orderBy(invitations.email)
  const invitationsKept = await tx.$count(invitations, eq(invitations.organizationId, organizationId))
  return { members: memberRows, invitations: invitationRows.map(omitNullish), invitationsKept }
}

async function writeMembership(tx: Transaction, organizationId: string, write: MembershipWrite) {
  switch (write.kind) {
    case 'set_role':
      await tx.update(members).set({ role: write.role }).where(memberOf(organizationId, write.operatorId))
      return
    case 'remove':
      await tx.delete(members).where(memberOf(organizationId, write.operatorId))
      return
    case 'invite': {
      const { kind: _, ...row } = write
      await tx.insert(invitations).values({ ...row, organizationId })
      return
    }
    case 'withdraw':
      await endInvitation(tx, organizationId, write.invitationId, 'withdrawn')
      return
    case 'join': {
      const { operatorId, role, account } = write
      if (account) await createOperator(tx, operatorId, account)
      await tx.insert(members).values({ id: newId(), organizationId, userId: operatorId, role })
      await endInvitation(tx, organizationId, write.invitationId, 'accepted')
    }
  }
}

const memberOf = (organizationId: string, operatorId: string) =>
  and(eq(members.organizationId, organizationId), eq(members.userId, operatorId))

const endInvitation = (
  tx: Transaction,
  organizationId: string,
  id: string,
  status: 'accepted' | 'withdrawn',
) =>
  tx
    .update(invitations)
    .set({ status })
    .where(and(eq(invitations.organizationId, organizationId), eq(invitations.id, id)))
