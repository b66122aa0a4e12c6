import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { routes } from '@/lib/routes'
import { type SetupLinkRow, setupLinkStore } from '@/lib/store/credentials/setup-links'
import { newId } from '@/lib/store/database/ids'
import { quotaOf } from '@/lib/store/quotas'
import { Forbidden, makerOf, NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { checkedInput } from '../configuration/checked-input'
import { invalid, tooMany } from '../configuration/mistakes'
import { slug, text } from '../configuration/schema/values'
import { findConnection, listConnections } from '../connections/connections'
import { linkEvent } from '../credentials/descent'
import type { Management } from '../management/management'

/** Days. */
const DEFAULT_LIFETIME = 7
const LONGEST_LIFETIME = 30

const DAY = 24 * 3600_000

export const NEW_SETUP_LINK = z.strictObject({
  /** Whom it is for: the audit log names what is done with the link after them. */
  label: text(100),
  /** Slug of a connection that there is. */
  connection: slug.exactOptional(),
  /** The name of one that the link's holder makes. */
  newConnection: text(100).exactOptional(),
  /** Seven days from now when it is absent; at most thirty. */
  expiresAt: z.date().exactOptional(),
  /** Where a mail with it goes, where mail is configured. */
  email: z.email().max(254).exactOptional(),
})

/** A setup link as operators see it. */
export type SetupLink = {
  readonly id: string
  readonly label: string
  readonly connectionName: string
  /** Slug; absent while there is no such connection. */
  readonly connection?: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt?: Date
  readonly state: 'open' | 'expired' | NonNullable<SetupLinkRow['ending']>
}

/** A link that has just been made. */
export type CreatedSetupLink = SetupLink & {
  /** The address itself, which is stored nowhere. */
  readonly url: string
  /** Where a mail with it goes. */
  readonly sentTo?: string
}

/**
 * Creates a link for completing one connection without an account: until it expires, is revoked, or its holder
 * finishes. Several may lead to the same connection. Decision 0046.
 *
 * @throws Forbidden; NotFound when there is no such connection
 * @throws InvalidInput also when it would end later than the key that creates it, or the organization has as many as it
 *   may
 */
export async function createSetupLink(
  scope: OrganizationScope,
  input: z.input<typeof NEW_SETUP_LINK>,
  management: Management,
): Promise<CreatedSetupLink> {
  requirePermission(scope, 'configure')
  const { label, expiresAt: wanted, email, ...what } = checkedInput(NEW_SETUP_LINK, input)
  const createdAt = management.ports.clock()
  const expiresAt = endOf(scope, createdAt, wanted)
  const connection = await connectionFor(scope, what, management)
  const token = randomBytes(32).toString('base64url')
  const made = {
    id: newId(),
    label,
    connectionName: connection.name,
    createdBy: scope.actor.name,
    ...(scope.actor.id !== undefined && { createdById: scope.actor.id }),
    createdAt,
    expiresAt,
  }
  const row = {
    ...made,
    organizationId: scope.organizationId,
    connectionId: connection.id,
    tokenHash: hashSecret(token),
  }
  const entry = auditEntry(scope, createdAt, linkEvent('created', row))
  const maker = makerOf(scope, (permissions) => permissions.includes('configure'))
  const most = quotaOf('setupLinks', scope)
  const outcome = await setupLinkStore(management.db).create(row, entry, { maker, most })
  if (outcome === 'forbidden') throw new Forbidden('configure')
  if (outcome === 'too_many') throw tooMany('label', 'too_many_for_a_month', most)
  const url = management.publicUrl + routes.setup(token)
  const sentTo =
    email &&
    (await management.mail?.send({
      kind: 'setup_link',
      to: email,
      organizationId: scope.organizationId,
      values: { connection: connection.name },
      link: url,
      until: expiresAt,
      language: scope.actor.language,
    }))
  return {
    ...made,
    ...(connection.slug !== undefined && { connection: connection.slug }),
    state: 'open',
    url,
    ...(sentTo && { sentTo }),
  }
}

/** The newest first; those that ended stay for a while. @throws Forbidden */
export async function listSetupLinks(
  scope: OrganizationScope,
  management: Management,
): Promise<readonly SetupLink[]> {
  const connections = await listConnections(scope, management)
  const links = await setupLinkStore(management.db).list(scope.organizationId)
  const now = management.ports.clock()
  return links.map(({ organizationId: _, connectionId, endedAt: __, ending, ...link }) => {
    const found = connections.find(({ id }) => id === connectionId)
    return {
      ...link,
      ...(found && { connection: found.slug, connectionName: found.name }),
      state: ending ?? (link.expiresAt <= now ? 'expired' : 'open'),
    }
  })
}

/** @throws Forbidden; NotFound when it works no more, too */
export async function revokeSetupLink(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const at = ports.clock()
  const which = { organizationId: scope.organizationId, id }
  const revoked = await setupLinkStore(db).end(which, 'revoked', at, (link) =>
    auditEntry(scope, at, linkEvent('revoked', link)),
  )
  if (!revoked) throw new NotFound('setup link')
}

type What = Pick<z.output<typeof NEW_SETUP_LINK>, 'connection' | 'newConnection'>

async function connectionFor(
  scope: OrganizationScope,
  { connection, newConnection }: What,
  management: Management,
): Promise<{ readonly id: string; readonly name: string; readonly slug?: string }> {
  if ((connection === undefined) === (newConnection === undefined))
    throw invalid('connection', 'one_connection')
  if (connection === undefined) return { id: newId(), name: newConnection ?? '' }
  const found = await findConnection(scope, connection, management)
  if (found.type === 'platform') throw invalid('connection', 'no_provider')
  return found
}

function endOf({ actor: { until } }: OrganizationScope, now: Date, wanted: Date | undefined): Date {
  const after = (days: number) => new Date(now.getTime() + days * DAY)
  // A key's link ends no later than the key.
  const usual = until && until < after(DEFAULT_LIFETIME) ? until : after(DEFAULT_LIFETIME)
  const end = wanted ?? usual
  if (end <= now) throw invalid('expires_at', 'past')
  if (end > after(LONGEST_LIFETIME)) throw invalid('expires_at', 'too_far_away', { count: LONGEST_LIFETIME })
  if (until && end > until) throw invalid('expires_at', 'later_than_key')
  return end
}
