/** The accounts of the console, as those manage them who run the installation. Decision 0070. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Forbidden, makerOf, NotFound, requirePermission } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import { invalid } from '@/lib/configuration/mistakes'
import { endings } from '@/lib/credentials/descent'
import type { Mailer } from '@/lib/mail/mailer'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { InstallationScope } from '@/lib/organizations/installation-scope'
import { routes } from '@/lib/routes'
import {
  installationOperatorStore,
  type OperatorChange,
  type OperatorRow,
} from '@/lib/store/accounts/installation-operators'
import type { Database } from '@/lib/store/database/database'

/** Milliseconds that a link is good. */
const LINK_LIFETIME = 24 * 60 * 60 * 1000

const DONE = {
  promote: 'operator.promoted',
  demote: 'operator.demoted',
  disable: 'operator.disabled',
} as const

/** What this stands on; the command line has no more. */
type Stores = { readonly db: Database; readonly publicUrl: string; readonly mail?: Mailer }

/** A link with which an operator chooses a password. */
export type OperatorLink = {
  readonly email: string
  readonly link: string
  readonly expiresAt: Date
  /** Where a mail with it goes. */
  readonly sentTo?: string
}

/** In the order of their addresses. @throws Forbidden */
export async function listOperators(
  scope: InstallationScope,
  { db }: Stores,
): Promise<readonly OperatorRow[]> {
  requirePermission(scope, 'own')
  return installationOperatorStore(db).list()
}

/**
 * Makes a link with which somebody becomes an operator of the installation, once within a day.
 *
 * @throws Forbidden, InvalidInput
 */
export async function inviteOperator(
  scope: InstallationScope,
  address: string,
  stores: Stores,
): Promise<OperatorLink> {
  requirePermission(scope, 'own')
  const email = address.trim().toLowerCase()
  if (!z.email().max(254).safeParse(email).success) throw invalid('email', 'not_an_email_address')
  return addLink(scope, { email }, 'operator.invited', stores)
}

/**
 * Makes a link with which an operator comes back who lost password or second factor: it replaces every way to sign in,
 * signs them out everywhere, and enables a disabled account.
 *
 * @param who address or id; @throws Forbidden, NotFound, InvalidInput when several accounts have the address
 */
export async function resetOperator(
  scope: InstallationScope,
  who: string,
  stores: Stores,
): Promise<OperatorLink> {
  requirePermission(scope, 'own')
  const { id, email } = await find(who, stores)
  return addLink(scope, { email, operatorId: id }, 'operator.reset', stores)
}

/**
 * Lets an operator run the installation, or no longer, or sign in no more. What they made and may not have any more ends
 * in the same step. There is always at least one who runs the installation.
 *
 * @param who as of {@link resetOperator}
 * @throws Forbidden, NotFound; InvalidInput when nobody would run the installation any more
 */
export async function changeOperator(
  scope: InstallationScope,
  who: string,
  change: OperatorChange,
  stores: Stores,
): Promise<void> {
  requirePermission(scope, 'own')
  const { db } = stores
  const { id, email } = await find(who, stores)
  const at = db.clock.now()
  const event = { action: DONE[change], targetKind: 'operator', targetId: id, targetName: email }
  const outcome = await installationOperatorStore(db).change(id, change, at, (ended) => [
    installationEntry(scope.actor, at, event),
    ...endings(ended, scope.actor, at, event),
  ])
  if (outcome === 'absent') throw new NotFound('operator')
  if (outcome === 'last') throw invalid('operator', 'last_installation_operator')
}

/** The address that a link is for; null when it was used, is wrong or has expired. */
export async function openOperatorLink(token: string, { db }: Pick<Stores, 'db'>) {
  return installationOperatorStore(db).findLink(hashSecret(token), db.clock.now())
}

/**
 * Chooses a password with a link, once.
 *
 * @param hash makes the hash of the password: a tenth of a second of work, which nobody gets for a link that is not valid
 * @throws NotFound
 */
export async function useOperatorLink(
  token: string,
  hash: () => Promise<string>,
  { db }: Pick<Stores, 'db'>,
): Promise<void> {
  if (!(await openOperatorLink(token, { db }))) throw new NotFound('link')
  const passwordHash = await hash()
  const at = db.clock.now()
  const used = await installationOperatorStore(db).useLink(
    hashSecret(token),
    passwordHash,
    at,
    (operator, isNew) =>
      installationEntry({ kind: 'operator', id: operator.id, name: operator.email }, at, {
        action: isNew ? 'operator.joined' : 'operator.recovered',
        targetKind: 'operator',
        targetId: operator.id,
        targetName: operator.email,
      }),
  )
  if (!used) throw new NotFound('link')
}

async function find(who: string, { db }: Stores): Promise<OperatorRow> {
  const all = await installationOperatorStore(db).list()
  const wanted = who.trim().toLowerCase()
  const found = all.filter(({ id, email }) => id === who.trim() || email === wanted)
  const [one, another] = found
  if (another) throw invalid('operator', 'several_operators', { ids: found.map(({ id }) => id).join(', ') })
  if (!one) throw new NotFound('operator')
  return one
}

async function addLink(
  scope: InstallationScope,
  whom: { readonly email: string; readonly operatorId?: string },
  action: string,
  { db, publicUrl, mail }: Stores,
): Promise<OperatorLink> {
  const token = randomBytes(32).toString('base64url')
  const { actor } = scope
  const at = db.clock.now()
  const expiresAt = new Date(at.getTime() + LINK_LIFETIME)
  const { email, operatorId } = whom
  const entry = installationEntry(actor, at, {
    action,
    targetKind: 'operator',
    targetName: email,
    ...(operatorId !== undefined && { targetId: operatorId }),
  })
  const createdBy = actor.id !== undefined && { createdById: actor.id }
  const row = { tokenHash: hashSecret(token), expiresAt, ...whom, ...createdBy }
  const maker = makerOf(scope, (permissions) => permissions.includes('own'))
  if (!(await installationOperatorStore(db).addLink(row, entry, maker))) throw new Forbidden('own')
  const link = publicUrl + routes.operatorLink(token)
  const sentTo = await mail?.send({
    kind: operatorId === undefined ? 'operator_invitation' : 'operator_recovery',
    to: email,
    organizationId: null,
    link,
    until: expiresAt,
    language: actor.language,
  })
  return { email, link, expiresAt, ...(sentTo && { sentTo }) }
}
