import { randomBytes } from 'node:crypto'
import { operatorAccounts, operators } from '@/drizzle/schema/operators'
import type { Transaction } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'

/**
 * How a new operator signs in: by the hash of a password, or with an external account that has verified the address.
 */
export type WayIn =
  | { readonly passwordHash: string }
  | { readonly providerId: string; readonly accountId: string }

export type NewOperatorRow = {
  readonly email: string
  readonly name: string
  readonly way: WayIn
  readonly isInstallationOperator?: boolean
}

/** The account at an identity provider has become another operator's in the meantime. */
export class WayTaken extends Error {
  constructor() {
    super('the account lets another operator in')
    this.name = 'WayTaken'
  }
}

/** A name for the accounts library, which knows an address once: the address itself with a random tag. */
function aliasOf(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, at)}+${randomBytes(8).toString('hex')}${email.slice(at)}`
}

/** The rows that better-auth would write, in the caller's transaction: no account is left without a membership. */
export async function createOperator(
  tx: Transaction,
  id: string,
  { email, name, way, isInstallationOperator = false }: NewOperatorRow,
): Promise<void> {
  const isVouchedFor = 'providerId' in way
  const operator = { id, name, emailVerified: isVouchedFor, isInstallationOperator }
  const added = await tx
    .insert(operators)
    .values({ ...operator, email })
    .onConflictDoNothing({ target: operators.email })
    .returning({ id: operators.id })
  if (added.length === 0)
    await tx.insert(operators).values({ ...operator, email: aliasOf(email), address: email })
  const linked = await tx
    .insert(operatorAccounts)
    .values({
      id: newId(),
      userId: id,
      ...(isVouchedFor ? way : { accountId: id, providerId: 'credential', password: way.passwordHash }),
    })
    .onConflictDoNothing()
    .returning({ id: operatorAccounts.id })
  if (linked.length === 0) throw new WayTaken()
}
