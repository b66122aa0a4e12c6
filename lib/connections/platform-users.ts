import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Forbidden, makerOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { accountName } from '@/lib/accounts/account-name'
import { auditEntry } from '@/lib/audit/audit'
import { checkedInput } from '@/lib/configuration/checked-input'
import { invalid, tooMany } from '@/lib/configuration/mistakes'
import { text } from '@/lib/configuration/schema/values'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens } from '@/lib/oauth/flow/end-grant'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { routes } from '@/lib/routes'
import { platformLinkStore } from '@/lib/store/accounts/platform-links'
import {
  type ListedPlatformUser,
  platformUserStore,
  type StoredLink,
} from '@/lib/store/accounts/platform-users'
import type { AuditEntry } from '@/lib/store/audit/audit-log'
import type { Maker } from '@/lib/store/credentials/makers'
import { newId } from '@/lib/store/database/ids'
import { quotaOf } from '@/lib/store/quotas'

const PERSON = z.object({ address: text(254), name: text(100).exactOptional() })

/** Milliseconds that a link to choose a password is good. */
const LINK_LIFETIME = 7 * 24 * 60 * 60 * 1000

export type Person = ListedPlatformUser

export type People = {
  readonly connection: { readonly id: string; readonly slug: string; readonly name: string }
  readonly people: readonly Person[]
}

/**
 * The people who have an account at a platform connection.
 *
 * @param connection slug
 * @throws Forbidden, NotFound
 */
export async function listPeople(
  scope: OrganizationScope,
  connection: string,
  { db }: Management,
): Promise<People> {
  requirePermission(scope, 'read')
  const store = platformUserStore(db)
  const found = await store.connectionOf(scope.organizationId, connection)
  if (!found) throw new NotFound('connection')
  return { connection: found, people: await store.list(found.id) }
}

/**
 * Adds a user, and sends the link where mail is configured.
 *
 * @returns also the link with which the user chooses a password, once, within seven days
 * @throws Forbidden, NotFound
 * @throws InvalidInput when the address is invalid or taken, or the organization has as many people as it may
 */
export async function addPerson(
  scope: OrganizationScope,
  connection: string,
  person: { readonly address: string; readonly name: string },
  management: Management,
): Promise<PasswordLink & { readonly id: string }> {
  const { store, found } = await open(scope, connection, management)
  const address = person.address.trim()
  if (!/^[^\s@]+@[^\s@]+$/.test(address) || address.length > 254)
    throw invalid('address', 'not_an_email_address')
  const name = person.name.trim()
  checkedInput(PERSON, { address, ...(name !== '' && { name }) })
  const user = {
    id: newId(),
    connectionId: found.id,
    address,
    name: name || (address.split('@')[0] ?? ''),
    email: accountName(found.id, address),
  }
  const made = await link(scope, user, 'password', management, async (row, issued, maker) => {
    const created = entry(scope, management, 'created', user)
    const { organizationId } = scope
    const most = quotaOf('people', scope)
    const audit = [created, issued]
    const outcome = await store.create({ ...user, organizationId, link: row }, audit, { maker, most })
    if (outcome === 'taken') throw invalid('address', 'address_taken')
    if (outcome === 'too_many') throw tooMany('address', 'too_many', most)
    return outcome === 'created'
  })
  return { id: user.id, ...made }
}

/**
 * A new link to choose a password, for who forgot it. The one before is void; the old password is good until a new one
 * is chosen.
 *
 * @throws Forbidden, NotFound
 */
export async function renewPasswordLink(
  scope: OrganizationScope,
  connection: string,
  id: string,
  management: Management,
): Promise<PasswordLink> {
  const { store, found } = await open(scope, connection, management)
  const user = await store.find(found.id, id)
  if (!user) throw new NotFound('person')
  const of = { id: user.id, organizationId: scope.organizationId }
  return link(scope, user, 'password_reset', management, async (row, issued, maker) => {
    const outcome = await platformLinkStore(management.db).setLink(of, row, [issued], maker)
    if (outcome === 'gone') throw new NotFound('person')
    return outcome === 'set'
  })
}

/**
 * Removes an account: its user cannot sign in any more, and what they connected ends in the same step.
 *
 * @returns how many grants ended
 * @throws Forbidden, NotFound
 */
export async function removePerson(
  scope: OrganizationScope,
  connection: string,
  id: string,
  management: Management,
): Promise<number> {
  const { ports } = management
  const { store, found } = await open(scope, connection, management)
  const user = await store.find(found.id, id)
  const ended =
    user &&
    (await store.remove(user, ports.clock(), (grants) => [
      entry(scope, management, 'removed', user, { grants }),
    ]))
  if (ended === null) throw new NotFound('person')
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return ended
}

async function open(scope: OrganizationScope, connection: string, { db }: Management) {
  requirePermission(scope, 'manage_members')
  const store = platformUserStore(db)
  const found = await store.connectionOf(scope.organizationId, connection)
  if (!found) throw new NotFound('connection')
  return { store, found }
}

/** A link to choose a password, and where a mail with it goes. */
export type PasswordLink = { readonly link: string; readonly sentTo?: string }

type Named = { readonly id: string; readonly address: string }

/** @param keep stores it, with its entry; false when the maker's role does not allow it any more */
async function link(
  scope: OrganizationScope,
  user: Named,
  kind: 'password' | 'password_reset',
  management: Management,
  keep: (row: StoredLink, issued: AuditEntry, maker: Maker | undefined) => Promise<boolean>,
): Promise<PasswordLink> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(management.ports.clock().getTime() + LINK_LIFETIME)
  const createdBy = scope.actor.id !== undefined && { createdById: scope.actor.id }
  const row = { hash: hashSecret(token), expiresAt, ...createdBy }
  const maker = makerOf(scope, (permissions) => permissions.includes('manage_members'))
  if (!(await keep(row, entry(scope, management, 'link_issued', user), maker)))
    throw new Forbidden('manage_members')
  const made = management.publicUrl + routes.password({ link: token })
  const { organizationId, actor } = scope
  const sentTo = await management.mail?.send({
    kind,
    to: user.address,
    organizationId,
    link: made,
    until: expiresAt,
    language: actor.language,
  })
  return { link: made, ...(sentTo && { sentTo }) }
}

function entry(
  scope: OrganizationScope,
  { ports }: Management,
  done: string,
  { id, address }: Named,
  detail = {},
) {
  const auditEvent = {
    action: `person.${done}`,
    targetKind: 'person',
    targetId: id,
    targetName: address,
    detail,
  }
  return auditEntry(scope, ports.clock(), auditEvent)
}
