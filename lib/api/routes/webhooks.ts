import { z } from 'zod'
import { versionOf } from '@/lib/configuration/entries'
import { omitNullish } from '@/lib/omit-nullish'
import {
  changeWebhook,
  createWebhook,
  findWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhookSecret,
  type Webhook,
  webhookEntry,
} from '@/lib/webhooks/webhooks'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

const url = z
  .string()
  .describe(
    'https or syslog+tls, to a public address; whole only for keys that may configure. `stdout://audit` and `file+jsonl://NAME` for keys of the installation.',
  )
const actions = z
  .array(z.string())
  .describe('How the actions begin that are sent, such as `grant.`; empty: every entry.')
const enabled = z.boolean().describe('While it is false, entries wait in the audit log.')

const template = z
  .string()
  .describe(
    'The body, as JSON with `{entry}`, `{time}`, `{action}` and others for values; otherwise the entry.',
  )
const headers = z
  .record(z.string(), z.string())
  .describe('Sent besides; at most ten. They are never shown again.')

const newWebhook = component(
  'NewWebhook',
  z.strictObject({
    url,
    actions: actions.exactOptional(),
    template: template.exactOptional(),
    headers: headers.exactOptional(),
  }),
)
const webhookChange = component(
  'WebhookChange',
  z
    .strictObject({ url, actions, enabled, template: template.nullable(), headers: headers.nullable() })
    .partial(),
)

const shape = {
  id: z.string(),
  url,
  actions,
  enabled,
  template: template.exactOptional(),
  has_headers: z.literal(true).exactOptional().describe('It sends headers of its own.'),
  gone_at: instant.exactOptional().describe('Switched off since its receiver answered 410.'),
  failures: z.int().describe('Attempts in a row that failed.'),
  resumes_at: instant.exactOptional().describe('After a failure: nothing is sent before.'),
  previous_secret_until: instant
    .exactOptional()
    .describe('Until then, the secret before signs as well: there are two signatures.'),
  created_by: z.string(),
  created_at: instant,
}
const webhook = component('Webhook', z.object(shape))
const webhookWithSecret = component(
  'WebhookWithSecret',
  z.object({ ...shape, secret: z.string().describe('`whsec_…`, to verify with. It is never shown again.') }),
)
const webhookList = listOf('WebhookList', webhook)

function show(seen: Webhook) {
  return omitNullish({
    id: seen.id,
    url: seen.url,
    actions: seen.actions,
    enabled: seen.enabled,
    template: seen.template,
    has_headers: seen.hasHeaders ? true : undefined,
    gone_at: seen.goneAt?.toISOString(),
    failures: seen.failures,
    resumes_at: seen.resumesAt?.toISOString(),
    previous_secret_until: seen.previousSecretUntil?.toISOString(),
    created_by: seen.createdBy,
    created_at: seen.createdAt.toISOString(),
  })
}

const shown = (seen: Webhook) => ({ body: show(seen), version: versionOf(webhookEntry(seen)) })

const LIST = '/organizations/{organization}/webhooks'
const ONE = `${LIST}/{webhook}` as const

export const webhookRoutes = [
  organizationRoute({
    method: 'GET',
    path: LIST,
    operationId: 'listWebhooks',
    summary: 'Lists the webhooks of an organization',
    permission: 'read',
    query: PAGE_QUERY,
    response: webhookList,
    async handle({ scope, query, management }) {
      return pageByName(await listWebhooks(scope, management), query, ({ id }) => id, show)
    },
  }),
  organizationRoute({
    method: 'POST',
    path: LIST,
    operationId: 'createWebhook',
    summary: 'Makes a webhook, which is sent every entry of the audit log from then on',
    permission: 'configure',
    body: z.unknown(),
    documentedBody: newWebhook,
    response: webhookWithSecret,
    creates: 'always',
    async handle({ scope, body, management }) {
      const made = await createWebhook(scope, body, management)
      const location = `/organizations/${scope.organization}/webhooks/${made.id}`
      return { status: 201, location, body: { ...show(made), secret: made.secret } }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: ONE,
    operationId: 'getWebhook',
    summary: 'Reads a webhook',
    versioned: true,
    permission: 'read',
    response: webhook,
    handle: async ({ scope, params, management }) =>
      shown(await findWebhook(scope, params.webhook, management)),
  }),
  organizationRoute({
    method: 'PATCH',
    path: ONE,
    operationId: 'updateWebhook',
    summary: 'Changes a webhook; what is left out stays',
    versioned: true,
    permission: 'configure',
    body: z.unknown(),
    documentedBody: webhookChange,
    response: webhook,
    handle: async ({ scope, params, body, management }) =>
      shown(await changeWebhook(scope, params.webhook, body, management)),
  }),
  organizationRoute({
    method: 'DELETE',
    path: ONE,
    operationId: 'deleteWebhook',
    summary: 'Removes a webhook, and what waited to be sent to it',
    versioned: true,
    permission: 'configure',
    async handle({ scope, params, management }) {
      await removeWebhook(scope, params.webhook, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'POST',
    path: `${ONE}/secret`,
    operationId: 'rotateWebhookSecret',
    summary: 'Gives a webhook another secret; for a day the one before signs as well',
    permission: 'configure',
    response: webhookWithSecret,
    async handle({ scope, params, management }) {
      const rotated = await rotateWebhookSecret(scope, params.webhook, management)
      return { body: { ...show(rotated), secret: rotated.secret } }
    },
  }),
]
