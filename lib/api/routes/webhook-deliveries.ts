import { z } from 'zod'
import { omitNullish } from '@/lib/omit-nullish'
import { listDeliveries, sendAgain, sendAllAgain, sendTestEvent } from '@/lib/webhooks/deliveries'
import { fromCursor, PAGE_QUERY, page } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

const STATES = ['waiting', 'delivered', 'dead'] as const

const delivery = component(
  'WebhookDelivery',
  z.object({
    id: z.string().describe('The header `webhook-id`, the same at every attempt.'),
    sequence: z.int().describe('Of the entry in the audit log.'),
    action: z.string().exactOptional(),
    state: z.enum(STATES).describe('`dead`: it was tried for the last time, and can be sent again.'),
    attempts: z.int(),
    next_attempt_at: instant.exactOptional(),
    last_attempt_at: instant.exactOptional(),
    last_status: z.int().exactOptional().describe('HTTP status of the last answer.'),
    last_problem: z.string().exactOptional().describe('Why there was no answer.'),
    last_answer: z.string().exactOptional().describe('How the body of a refusal began.'),
    ended_at: instant.exactOptional(),
  }),
)
const deliveryList = listOf('WebhookDeliveryList', delivery)
const sentAgain = component(
  'SentAgain',
  z.object({ count: z.int().describe('How many had been given up, and wait again.') }),
)

const DELIVERY_QUERY = PAGE_QUERY.extend({
  state: z.enum(STATES).exactOptional().describe('Only those in this state.'),
})

function show(seen: Awaited<ReturnType<typeof sendAgain>>) {
  return omitNullish({
    id: seen.id,
    sequence: seen.sequence,
    action: seen.action,
    state: seen.state,
    attempts: seen.attempts,
    next_attempt_at: seen.state === 'waiting' ? seen.nextAttemptAt.toISOString() : undefined,
    last_attempt_at: seen.lastAttemptAt?.toISOString(),
    last_status: seen.lastStatus,
    last_problem: seen.lastProblem,
    last_answer: seen.lastAnswer,
    ended_at: seen.endedAt?.toISOString(),
  })
}

const ONE = '/organizations/{organization}/webhooks/{webhook}'

export const webhookDeliveryRoutes = [
  organizationRoute({
    method: 'GET',
    path: `${ONE}/deliveries`,
    operationId: 'listWebhookDeliveries',
    summary: 'Lists what was sent to a webhook and what waits, of the newest entry first',
    permission: 'read',
    query: DELIVERY_QUERY,
    response: deliveryList,
    async handle({ scope, params, query, management }) {
      const before = fromCursor(query, z.int().positive())
      const { limit, state } = query
      const wanted = { limit: limit + 1, ...(state && { state }), ...(before !== undefined && { before }) }
      const found = await listDeliveries(scope, params.webhook, wanted, management)
      return page(found, query, ({ sequence }) => sequence, show)
    },
  }),
  organizationRoute({
    method: 'POST',
    path: `${ONE}/test`,
    operationId: 'testWebhook',
    summary:
      'Writes an entry to the audit log and has it sent to the webhook; read the outcome in its deliveries',
    permission: 'configure',
    response: delivery,
    handle: async ({ scope, params, management }) => ({
      body: show(await sendTestEvent(scope, params.webhook, management)),
    }),
  }),
  organizationRoute({
    method: 'POST',
    path: `${ONE}/deliveries/{delivery}/redelivery`,
    operationId: 'redeliverToWebhook',
    summary: 'Has a delivery sent again, whatever became of it',
    permission: 'configure',
    response: delivery,
    handle: async ({ scope, params, management }) => ({
      body: show(await sendAgain(scope, params.webhook, params.delivery, management)),
    }),
  }),
  organizationRoute({
    method: 'POST',
    path: `${ONE}/redelivery`,
    operationId: 'redeliverAllToWebhook',
    summary: 'Has everything sent again that was given up',
    permission: 'configure',
    response: sentAgain,
    handle: async ({ scope, params, management }) => ({
      body: { count: await sendAllAgain(scope, params.webhook, management) },
    }),
  }),
]
