import { callbackUrl } from '@/lib/oauth/protocol/urls'
import type { ConnectionRow, OrganizationRow } from '@/lib/store/configuration/configuration'
import { type Fields, hidden } from './differences'
import { complain, type Draft, propose } from './draft'
import type { ConnectionEntry } from './file'
import type { Path } from './mistakes'

/** Plans one connection and returns it as it will be stored. */
export function planConnection(
  draft: Draft,
  organization: OrganizationRow,
  entry: ConnectionEntry,
  path: Path,
): ConnectionRow {
  const name = `${organization.slug}/${entry.slug}`
  const existing = draft.stored.connections.find(
    ({ organizationId, slug }) => organizationId === organization.id && slug === entry.slug,
  )
  checkId(draft, entry, existing, path)
  const row = toRow(entry, existing?.id ?? entry.id ?? draft.context.newId(), organization)
  const stays = existing && addresses(existing) === addresses(row)
  const mayBeInternal = draft.context.mayBeInternal(stays ? existing.mayBeInternal : undefined)
  const connection = { ...row, mayBeInternal }
  const isMoved = existing !== undefined && existing.mayBeInternal !== mayBeInternal
  if (existing && identifiesAnew(existing, connection))
    draft.warnings.push(
      `connection ${name} identifies users in another way than before: everybody who logs in through it becomes a new user`,
    )
  propose(draft, 'connections', connection, {
    kind: 'connection',
    name,
    before: existing && { ...connectionFields(existing), ...(isMoved && { mayBeInternal: !mayBeInternal }) },
    after: { ...connectionFields(connection), ...(isMoved && { mayBeInternal }) },
    ...(!existing &&
      entry.type !== 'platform' && {
        callbackUrl: callbackUrl(draft.context.publicUrl, connection.id),
      }),
  })
  return connection
}

/** What an operator sees and sets of a connection, besides slug and id, in the order of the documentation. */
export function connectionFields({ name, type, settings, clientId, clientSecret }: ConnectionRow): Fields {
  const { issuer, authorizationEndpoint, tokenEndpoint, userinfoEndpoint, claims, pkce, ...rest } = settings
  const { tokenEndpointAuthMethod, scopes, ...options } = rest
  if (type === 'platform') return { name, type }
  return {
    name,
    type,
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    userinfoEndpoint,
    claims,
    pkce,
    clientId,
    clientSecret: hidden(clientSecret),
    tokenEndpointAuthMethod,
    scopes,
    ...options,
  }
}

/** The name of a connection that was given none: `acme-login` becomes "Acme login". */
function defaultConnectionName(slug: string): string {
  const words = slug.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function toRow(
  entry: ConnectionEntry,
  id: string,
  organization: OrganizationRow,
): Omit<ConnectionRow, 'mayBeInternal'> {
  const { slug, id: _, name = defaultConnectionName(slug), ...rest } = entry
  const row = { id, organizationId: organization.id, slug, name }
  // There is nobody to be a client of.
  if (rest.type === 'platform') return { ...row, type: rest.type, clientId: '', settings: {} }
  const { type, clientId, clientSecret, ...settings } = rest
  return { ...row, type, clientId, settings, ...(clientSecret !== undefined && { clientSecret }) }
}

/** Where we ask, without a browser. */
function addresses({ type, settings }: Pick<ConnectionRow, 'type' | 'settings'>): string {
  const { issuer, tokenEndpoint, userinfoEndpoint, revocationEndpoint } = settings
  return JSON.stringify([type, issuer, tokenEndpoint, userinfoEndpoint, revocationEndpoint])
}

function checkId(
  draft: Draft,
  entry: ConnectionEntry,
  existing: ConnectionRow | undefined,
  path: Path,
): void {
  if (entry.id === undefined || entry.id === existing?.id) return
  if (existing)
    complain(
      draft,
      [...path, 'id'],
      `a connection's id never changes, for the identity provider knows its callback: leave ${existing.id}, or name a new connection`,
    )
  else if (draft.stored.connections.some(({ id }) => id === entry.id))
    complain(draft, [...path, 'id'], 'another connection has this id: ids are unique in the installation')
  else if (draft.stored.reservedSlugs?.connectionIds.includes(entry.id))
    complain(draft, [...path, 'id'], 'a connection with this id was deleted: choose another, or none')
}

/** Users are keyed by issuer and subject, or by connection and subject. */
function identifiesAnew(before: ConnectionRow, after: ConnectionRow): boolean {
  const key = ({ type, settings }: ConnectionRow) =>
    JSON.stringify([type, settings.issuer, (settings.claims as { subject?: string } | undefined)?.subject])
  return key(before) !== key(after)
}
