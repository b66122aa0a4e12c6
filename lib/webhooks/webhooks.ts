import { z } from 'zod'
import { newId } from '@/lib/store/database/ids'
import { webhookHeadersContext, webhookSecretContext } from '@/lib/store/database/sealed-contexts'
import { type WebhookRow, webhookStore } from '@/lib/store/webhooks/webhooks'
import { changerOf, NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { checkedInput } from '../configuration/checked-input'
import { refuseOutdated } from '../configuration/entries'
import { invalid } from '../configuration/mistakes'
import { upstreamUrl } from '../configuration/schema/values'
import type { Management } from '../management/management'
import { newSigningSecret } from './signature'
import { isLocal, isStream } from './stream-sender'
import { isHeader, isTemplate } from './template'

/** That an organization has: each is sent everything, one entry after the other. */
const MOST_WEBHOOKS = 10

/** Milliseconds for which a secret that was replaced goes on signing beside the new one. */
const GRACE = 24 * 3600_000

/** How actions begin: `grant.` */
const actions = z
  .array(z.string())
  .max(20, 'too_many_entries')
  .refine((list) => list.every((beginning) => /^[a-z_.]{1,100}$/.test(beginning)), 'not_actions')

/** An https address, or one of a stream. */
const address = (loopback: boolean) =>
  z
    .string()
    .max(2000)
    .refine(
      (url) => isStream(url) || upstreamUrl(loopback).safeParse(url).success,
      loopback ? 'not_https_or_local' : 'not_https',
    )

const template = z.string().max(4_000).refine(isTemplate, 'not_a_template')

const headers = z
  .record(z.string(), z.string())
  .refine(
    (all) =>
      Object.keys(all).length <= 10 && Object.entries(all).every(([name, value]) => isHeader(name, value)),
    'not_headers',
  )

const settings = (loopback: boolean) =>
  z.strictObject({
    url: address(loopback),
    actions: actions.default([]),
    template: template.exactOptional(),
    headers: headers.exactOptional(),
  })

const changes = (loopback: boolean) =>
  z.strictObject({
    url: address(loopback).exactOptional(),
    actions: actions.exactOptional(),
    enabled: z.boolean().exactOptional(),
    template: template.nullable().exactOptional(),
    headers: headers.nullable().exactOptional(),
  })

export type Webhook = Omit<WebhookRow, 'headers'> & {
  /** Whether it sends headers of its own, which are shown to nobody. */
  readonly hasHeaders: boolean
  /** The last attempt failed: nothing is sent before `resumesAt`. */
  readonly isFailing: boolean
}

/** A webhook that has just been made, or given another secret. */
export type WebhookWithSecret = Webhook & {
  /** `whsec_…`, shown this once. */
  readonly secret: string
}

/**
 * The organization's webhooks, the oldest first. URLs may contain a secret: without the permission to configure they
 * end after the host.
 *
 * @throws Forbidden
 */
export async function listWebhooks(
  scope: OrganizationScope,
  { db }: Pick<Management, 'db'>,
): Promise<readonly Webhook[]> {
  requirePermission(scope, 'read')
  return (await webhookStore(db).list(scope.organizationId)).map((row) => seen(scope, row))
}

/** @throws Forbidden, NotFound */
export async function findWebhook(
  scope: OrganizationScope,
  id: string,
  { db }: Pick<Management, 'db'>,
): Promise<Webhook> {
  requirePermission(scope, 'read')
  const row = await webhookStore(db).find(scope.organizationId, id)
  if (!row) throw new NotFound('webhook')
  return seen(scope, row)
}

/**
 * Makes a webhook, which is sent entries of the audit log from then on.
 *
 * @param input `url`; `actions`: how the actions begin that are sent; none: all of them; `template` and `headers`: what
 *   another receiver than one of webhooks wants
 * @throws Forbidden; InvalidInput also for an address on this machine, from others than who runs it
 */
export async function createWebhook(
  scope: OrganizationScope,
  input: unknown,
  { db, sealer, config, ports }: Management,
): Promise<WebhookWithSecret> {
  requirePermission(scope, 'configure')
  const { headers: given, ...wanted } = checkedInput(settings(config.loopback), input)
  refuseLocal(scope, wanted.url)
  const [id, secret, createdAt] = [newId(), newSigningSecret(), ports.clock()]
  const made = {
    id,
    ...wanted,
    organizationId: scope.organizationId,
    createdBy: scope.actor.name,
    createdAt,
    secret: sealer.seal(secret, webhookSecretContext(id)),
    ...(given && { headers: sealer.seal(JSON.stringify(given), webhookHeadersContext(id)) }),
  }
  const entry = auditEntry(scope, createdAt, {
    ...target(made),
    action: 'webhook.created',
    detail: { actions: wanted.actions },
  })
  if (!(await webhookStore(db).create(made, entry, MOST_WEBHOOKS, changerOf(scope))))
    throw invalid('url', 'too_many_webhooks', { count: MOST_WEBHOOKS })
  return { ...(await findWebhook(scope, id, { db })), secret }
}

/**
 * Changes a webhook; what waits is sent by the new settings. While it is off, entries wait in the audit log.
 *
 * @param input as of {@link createWebhook}, and `enabled`; what is left out stays, and null takes it away
 * @throws Forbidden, InvalidInput, NotFound
 */
export async function changeWebhook(
  scope: OrganizationScope,
  id: string,
  input: unknown,
  { db, config, ports, sealer }: Management,
): Promise<Webhook> {
  requirePermission(scope, 'configure')
  const { headers: given, ...plain } = checkedInput(changes(config.loopback), input)
  refuseLocal(scope, plain.url)
  const change = {
    ...plain,
    ...(given !== undefined && {
      headers: given && sealer.seal(JSON.stringify(given), webhookHeadersContext(id)),
    }),
  }
  const found = await webhookStore(db).change(place(scope, id), change, (before) => {
    refuseOutdated(scope, webhookEntry(before), webhookEntry({ ...before, ...plain }))
    const fields = Object.entries(change)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof WebhookRow]))
      .map(([name]) => name)
    if (fields.length === 0) return null
    const { enabled, actions: wanted } = change
    const detail = {
      fields,
      ...(fields.includes('enabled') && { enabled }),
      ...(fields.includes('actions') && { actions: wanted }),
    }
    const auditEvent = { ...target({ ...before, ...plain }), action: 'webhook.updated', detail }
    return auditEntry(scope, ports.clock(), auditEvent)
  })
  if (!found) throw new NotFound('webhook')
  return findWebhook(scope, id, { db })
}

/**
 * Gives a webhook another secret. For a day there are two signatures, so that its receiver can be changed meanwhile.
 *
 * @throws Forbidden, NotFound
 */
export async function rotateWebhookSecret(
  scope: OrganizationScope,
  id: string,
  { db, sealer, ports }: Pick<Management, 'db' | 'sealer' | 'ports'>,
): Promise<WebhookWithSecret> {
  requirePermission(scope, 'configure')
  const [secret, now] = [newSigningSecret(), ports.clock()]
  const sealed = sealer.seal(secret, webhookSecretContext(id))
  const until = new Date(now.getTime() + GRACE)
  const found = await webhookStore(db).rotate(place(scope, id), { secret: sealed, until }, (before) =>
    auditEntry(scope, now, { ...target(before), action: 'webhook.secret_rotated' }),
  )
  if (!found) throw new NotFound('webhook')
  return { ...(await findWebhook(scope, id, { db })), secret }
}

/** @throws Forbidden, NotFound */
export async function removeWebhook(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Pick<Management, 'db' | 'ports'>,
): Promise<void> {
  requirePermission(scope, 'configure')
  const found = await webhookStore(db).remove(place(scope, id), (before) => {
    refuseOutdated(scope, webhookEntry(before))
    return auditEntry(scope, ports.clock(), { ...target(before), action: 'webhook.removed' })
  })
  if (!found) throw new NotFound('webhook')
}

/** The webhook, and who changes it. */
export const place = (scope: OrganizationScope, id: string) => ({
  organizationId: scope.organizationId,
  id,
  maker: changerOf(scope),
})

/** The webhook in the audit log: by its host, for the rest of the address may hold a secret. */
export const target = ({ id, url }: Pick<WebhookRow, 'id' | 'url'>) => ({
  targetKind: 'webhook',
  targetId: id,
  targetName: new URL(url).host,
})

/** What counts of it for its version. */
export const webhookEntry = ({
  url,
  actions,
  enabled,
  template: body,
}: Pick<WebhookRow, 'url' | 'actions' | 'enabled'> & { readonly template?: string | null }) => ({
  url,
  actions,
  enabled,
  ...(body && { template: body }),
})

function seen(
  { permissions }: OrganizationScope,
  { headers: sealed, template: body, ...row }: WebhookRow,
): Webhook {
  const { protocol, host, pathname, search } = new URL(row.url)
  const isWhole = permissions.includes('configure') || (/^\/?$/.test(pathname) && search === '')
  const url = isWhole ? row.url : `${protocol}//${host}/…`
  const shown = body !== undefined && permissions.includes('configure') && { template: body }
  return { ...row, ...shown, url, hasHeaders: sealed !== undefined, isFailing: row.failures > 0 }
}

/** Lines on the installation's own machine are for who runs it. */
function refuseLocal({ isInstallationOperator }: OrganizationScope, url: string | undefined): void {
  if (url !== undefined && isLocal(url) && !isInstallationOperator) throw invalid('url', 'not_https')
}
