import type { MistakeCode } from '@/lib/messages/mistakes'
import { issuersOf } from '@/lib/oauth/protocol/issuers'
import { callbackUrl } from '@/lib/oauth/protocol/urls'
import type { ConnectionRow, OrganizationRow } from '@/lib/store/configuration/rows'
import { checkNotReserved, type Planning, planChange } from './changes'
import type { Path } from './mistakes'
import { connectionRow, connectionSettings } from './rows'
import type { ConnectionSettings } from './schema/settings'

/** Plans one connection. */
export function planConnection(
  planning: Planning,
  { id: organizationId, slug: organization }: OrganizationRow,
  settings: ConnectionSettings,
  path: Path,
): void {
  const { stored, context, warnings, write } = planning
  const name = `${organization}/${settings.slug}`
  const existing = stored.connections.find(
    (row) => row.organizationId === organizationId && row.slug === settings.slug,
  )
  if (!existing) checkNotReserved(planning, 'connection', settings.slug, path)
  checkId(planning, settings.id, existing, path)
  const id = existing?.id ?? settings.id ?? context.newId()
  const row = connectionRow(settings, { id, organizationId }, existing, context.isSecretOf)
  // What is stored stays while the addresses do: a file vouches only for its own (decision 0059).
  const stays = existing && addresses(existing) === addresses(row)
  const kept = stays ? existing.mayBeInternal : undefined
  const wanted = settings.type === 'platform' ? undefined : settings.mayBeInternal
  const mayBeInternal = wanted ?? kept ?? context.isTrusted
  if (mayBeInternal && !kept && !context.isTrusted)
    planning.mistakes.push({ path: [...path, 'may_be_internal'], code: 'installation_only' })
  const connection = { ...row, mayBeInternal }
  const isAnew = existing !== undefined && identifiesAnew(existing, connection)
  if (isAnew)
    warnings.push(
      `connection ${name} identifies users in another way than before: everybody who logs in through it becomes a new user`,
    )
  // Who does not run the installation has no tokens of users sent to other addresses: their logins end.
  const isMisled = existing !== undefined && !context.isTrusted && sendsElsewhere(existing, connection)
  if (isAnew || isMisled) planning.displaced.push({ kind: 'connection', id, name })
  const isNewWithProvider = !existing && settings.type !== 'platform'
  const change = {
    kind: 'connection',
    name,
    ...(isNewWithProvider && { callbackUrl: callbackUrl(context.publicUrl, id) }),
  } as const
  const isMoved = existing ? existing.mayBeInternal !== mayBeInternal : !mayBeInternal && context.isTrusted
  const moved = {
    field: 'may_be_internal',
    ...(existing && { before: !mayBeInternal }),
    after: mayBeInternal,
  }
  const before = existing && compared(existing)
  if (planChange(planning, change, before, compared(connection), isMoved ? [moved] : []))
    write.connections.push(connection)
}

const compared = (row: ConnectionRow) => ({ settings: connectionSettings(row), secret: row.clientSecret })

/** Where secrets and upstream tokens are sent, or what says it. */
export const DESTINATIONS = ['issuer', 'metadataUrl', 'tokenEndpoint', 'revocationEndpoint'] as const

/** Another issuer is another provider, with other users. */
const sendsElsewhere = ({ settings: before }: ConnectionRow, { settings: after }: ConnectionRow): boolean =>
  DESTINATIONS.some((name) => name !== 'issuer' && before[name] !== after[name])

/** Where we ask, without a browser. */
function addresses(row: Omit<ConnectionRow, 'mayBeInternal'>): string {
  const { type, settings } = row
  const { issuer, metadataUrl, tokenEndpoint, userinfoEndpoint, revocationEndpoint } = settings
  const typed = connectionSettings({ ...row, mayBeInternal: true })
  const { issuer: transmitter, jwksUri } = ('signals' in typed && typed.signals) || {}
  const provider = [issuer, metadataUrl, tokenEndpoint, userinfoEndpoint, revocationEndpoint]
  return JSON.stringify([type, ...provider, transmitter, jwksUri])
}

function checkId(
  { stored, mistakes }: Planning,
  id: string | undefined,
  existing: ConnectionRow | undefined,
  path: Path,
): void {
  if (id === undefined || id === existing?.id) return
  const at = (code: MistakeCode) => mistakes.push({ path: [...path, 'id'], code })
  if (existing)
    mistakes.push({ path: [...path, 'id'], code: 'connection_id_kept', params: { id: existing.id } })
  else if (stored.connections.some((other) => other.id === id)) at('connection_id_taken')
  else if (stored.retired?.connectionIds.includes(id)) at('connection_id_retired')
}

/** Users are keyed by issuer and subject, or by connection and subject. Tenants may come, and their users go with them. */
function identifiesAnew(before: ConnectionRow, after: ConnectionRow): boolean {
  const keys = (row: ConnectionRow) => {
    const settings = connectionSettings(row)
    const issuers = settings.type === 'oidc' ? issuersOf(settings) : [undefined]
    const subject = 'claims' in settings ? settings.claims.subject : undefined
    return issuers.map((issuer) => JSON.stringify([settings.type, issuer, subject]))
  }
  const now = keys(after)
  return !keys(before).some((key) => now.includes(key))
}
