import { and, asc, eq, gt, lt, or, sql } from 'drizzle-orm'
import {
  members,
  operatorAccounts,
  operatorLinks,
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorTwoFactors,
} from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Descent, endDescent, NO_DESCENT, NOTHING } from '@/lib/store/credentials/descent'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { createOperator } from './new-operator'
import { operatorAddress } from './operator-accounts'
import { holdOperator } from './ways-in'

/** An operator as those see them who run the installation. */
export type OperatorRow = {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly isInstallationOperator: boolean
  readonly hasTwoFactor: boolean
  readonly disabledAt?: Date
  readonly createdAt: Date
  /** `acme: owner` */
  readonly organizations: readonly string[]
}

/** What is done to an account. */
export type OperatorChange = 'promote' | 'demote' | 'disable'

export type NewOperatorLink = {
  /** SHA-256 (hex). */
  readonly tokenHash: string
  readonly expiresAt: Date
  /** Whose ways to sign in it replaces; absent: it makes an account. */
  readonly operatorId?: string
  readonly email: string
  /** Of an operator or an API key. */
  readonly createdById?: string
}

/** A link that still works. */
export type OperatorLinkRow = { readonly id: string; readonly email: string; readonly operatorId?: string }

/** Operators of the installation, and the links with which they come in or come back. */
export function installationOperatorStore(db: Database) {
  return guarded({
    list: () => listOperators(db),

    /**
     * Changes an account, and ends what it may not have any more. Callers queue, so of those who demote each other one
     * fails.
     *
     * @param audit makes the entries, given what ended with it
     * @returns `last` when nobody would run the installation any more
     */
    change: (
      id: string,
      change: OperatorChange,
      at: Date,
      audit: (ended: Descent) => readonly AuditEntry[],
    ): Promise<'done' | 'absent' | 'last'> =>
      transactInTime(db, async (tx) => {
        const [found] = await lockedOperators(tx, id)
        if (!found) return 'absent'
        if (change !== 'promote' && found.isLast) return 'last'
        await tx.update(operators).set(COLUMNS[change](at)).where(eq(operators.id, id))
        if (change === 'disable') {
          await tx.delete(operatorSessions).where(eq(operatorSessions.userId, id))
          // It would enable the account.
          await tx.delete(operatorLinks).where(eq(operatorLinks.operatorId, id))
        }
        const ended = change === 'promote' ? null : await endOutside(tx, id, change, at)
        await appendToAuditLog(tx, audit(ended ?? NO_DESCENT))
        return 'done'
      }),

    /**
     * Writes a link; earlier ones for the same account or address are void, also those of the same moment.
     *
     * @returns false when the maker does not run the installation any more
     */
    addLink: (link: NewOperatorLink, audit: AuditEntry, maker: Maker | undefined): Promise<boolean> =>
      transactInTime(db, async (tx) => {
        if (!(await mayStillMake(tx, null, maker))) return false
        const { operatorId, email } = link
        await tx.execute(sql`lock table ${operatorLinks} in share row exclusive mode`)
        const same =
          operatorId === undefined ? eq(operatorLinks.email, email) : eq(operatorLinks.operatorId, operatorId)
        await tx.delete(operatorLinks).where(or(same, lt(operatorLinks.expiresAt, sql`now()`)))
        await tx.insert(operatorLinks).values({ id: newId(), ...link })
        await appendToAuditLog(tx, [audit])
        return true
      }),

    async findLink(tokenHash: string, now: Date): Promise<OperatorLinkRow | null> {
      const [row] = await db.select(linkColumns).from(operatorLinks).where(isOpen(tokenHash, now))
      return row ? omitNullish(row) : null
    },

    /**
     * Uses a link, once: makes the account, or replaces all ways to sign in of the one that there is with a password, and
     * signs it out everywhere.
     *
     * @returns whether there was such a link
     */
    useLink: (
      tokenHash: string,
      passwordHash: string,
      now: Date,
      audit: (operator: { readonly id: string; readonly email: string }, isNew: boolean) => AuditEntry,
    ): Promise<boolean> =>
      transactInTime(db, async (tx) => {
        const [link] = await tx.delete(operatorLinks).where(isOpen(tokenHash, now)).returning(linkColumns)
        if (!link) return false
        const { operatorId, email } = link
        const id = operatorId ?? newId()
        // First: a session that is begun meanwhile waits, and is found to be of a way in that is gone.
        await holdOperator(tx, id)
        if (operatorId === null)
          await createOperator(tx, id, {
            email,
            name: email.split('@')[0] ?? email,
            way: { passwordHash },
            isInstallationOperator: true,
          })
        else await replaceWays(tx, operatorId, passwordHash)
        await appendToAuditLog(tx, [audit({ id, email }, operatorId === null)])
        return true
      }),
  })
}

const linkColumns = { id: operatorLinks.id, email: operatorLinks.email, operatorId: operatorLinks.operatorId }

const isOpen = (tokenHash: string, now: Date) =>
  and(eq(operatorLinks.tokenHash, tokenHash), gt(operatorLinks.expiresAt, now))

const COLUMNS: Readonly<Record<OperatorChange, (at: Date) => Partial<typeof operators.$inferInsert>>> = {
  promote: () => ({ isInstallationOperator: true }),
  demote: () => ({ isInstallationOperator: false }),
  disable: (at) => ({ disabledAt: at }),
}

async function listOperators(db: Database): Promise<readonly OperatorRow[]> {
  const rows = await db
    .select({
      id: operators.id,
      email: operatorAddress,
      name: operators.name,
      isInstallationOperator: operators.isInstallationOperator,
      hasTwoFactor: sql<boolean>`coalesce(${operators.twoFactorEnabled}, false)`,
      disabledAt: operators.disabledAt,
      createdAt: operators.createdAt,
      slug: organizations.slug,
      role: members.role,
    })
    .from(operators)
    .leftJoin(members, eq(members.userId, operators.id))
    .leftJoin(organizations, eq(organizations.id, members.organizationId))
    .orderBy(operatorAddress, operators.id, organizations.slug)
  const listed = new Map<string, OperatorRow>()
  for (const { slug, role, ...row } of rows) {
    const before = listed.get(row.id)?.organizations ?? []
    listed.set(row.id, {
      ...omitNullish(row),
      organizations: slug === null ? before : [...before, `${slug}: ${role}`],
    })
  }
  return [...listed.values()]
}

/** Locks whoever runs the installation, and the account itself. */
async function lockedOperators(tx: Transaction, id: string) {
  const rows = await tx
    .select({ id: operators.id, runs: operators.isInstallationOperator, disabledAt: operators.disabledAt })
    .from(operators)
    .where(sql`${operators.isInstallationOperator} or ${operators.id} = ${id}`)
    .orderBy(asc(operators.id))
    .for('update')
  const able = rows.filter(({ runs, disabledAt }) => runs && disabledAt === null)
  return rows
    .filter((row) => row.id === id)
    .map((row) => ({ ...row, isLast: able.length === 1 && able[0]?.id === id }))
}

/** A disabled operator keeps nothing; a demoted one what they made in organizations that they are a member of. */
async function endOutside(tx: Transaction, id: string, change: OperatorChange, at: Date): Promise<Descent> {
  if (change === 'disable') return endDescent(tx, { id, organizationId: null }, NOTHING, at)
  const own = await tx.select({ id: members.organizationId }).from(members).where(eq(members.userId, id))
  return endDescent(tx, { id, organizationId: null, except: own.map((member) => member.id) }, NOTHING, at)
}

async function replaceWays(tx: Transaction, id: string, password: string): Promise<void> {
  await tx.delete(operatorSessions).where(eq(operatorSessions.userId, id))
  await tx.delete(operatorPasskeys).where(eq(operatorPasskeys.userId, id))
  await tx.delete(operatorTwoFactors).where(eq(operatorTwoFactors.userId, id))
  await tx.delete(operatorAccounts).where(eq(operatorAccounts.userId, id))
  await tx
    .insert(operatorAccounts)
    .values({ id: newId(), userId: id, accountId: id, providerId: 'credential', password })
  await tx.update(operators).set({ twoFactorEnabled: false, disabledAt: null }).where(eq(operators.id, id))
}
