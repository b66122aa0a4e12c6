import { z } from 'zod'
import { NotFound } from '@/lib/access'
import { text } from '@/lib/configuration/schema/values'
import { omitNullish } from '@/lib/omit-nullish'
import {
  changeOperator,
  inviteOperator,
  listOperators,
  type OperatorLink,
  resetOperator,
} from '@/lib/operators/operators'
import { PAGE_QUERY, pageByName } from '../page'
import { installationRoute } from '../routing'
import { component, instant, listOf, sentTo } from '../schemas'

type Seen = Awaited<ReturnType<typeof listOperators>>[number]

const operator = component(
  'Operator',
  z.object({
    id: z.string(),
    email: z.string(),
    runs_installation: z.boolean(),
    has_two_factor: z.boolean(),
    organizations: z.array(z.string()).describe('Slugs of those that they are a member of.'),
    disabled_at: instant.exactOptional(),
  }),
)
const operatorList = listOf('OperatorList', operator)
const newOperator = component('NewOperator', z.strictObject({ email: text(254) }))
const operatorLink = component(
  'OperatorLink',
  z.object({
    email: z.string(),
    link: z.string().describe('With which a password is chosen, once, within a day. Never shown again.'),
    expires_at: instant,
    sent_to: sentTo,
  }),
)
const operatorChange = component(
  'OperatorChange',
  z.strictObject({
    change: z
      .enum(['promote', 'demote', 'disable'])
      .describe('Runs the installation, or no longer, or signs in no more.'),
  }),
)

const show = ({ id, email, isInstallationOperator, hasTwoFactor, organizations, disabledAt }: Seen) =>
  omitNullish({
    id,
    email,
    runs_installation: isInstallationOperator,
    has_two_factor: hasTwoFactor,
    organizations,
    disabled_at: disabledAt?.toISOString(),
  })

const showLink = ({ email, link, expiresAt, sentTo: address }: OperatorLink) => ({
  ...(address && { sent_to: address }),
  email,
  link,
  expires_at: expiresAt.toISOString(),
})

const common = { permission: 'own' } as const

export const operatorRoutes = [
  installationRoute({
    ...common,
    method: 'GET',
    path: '/operators',
    operationId: 'listOperators',
    summary: 'Lists the accounts of the console, in the order of their addresses',
    query: PAGE_QUERY,
    response: operatorList,
    async handle({ scope, query, management }) {
      const all = await listOperators(scope, management)
      return pageByName(all, query, ({ email, id }) => `${email} ${id}`, show)
    },
  }),
  installationRoute({
    ...common,
    method: 'POST',
    path: '/operators',
    operationId: 'inviteOperator',
    summary: 'Makes a link with which somebody becomes an operator of the installation',
    body: newOperator,
    response: operatorLink,
    creates: 'always',
    handle: async ({ scope, body, management }) => ({
      status: 201,
      body: showLink(await inviteOperator(scope, body.email, management)),
    }),
  }),
  installationRoute({
    ...common,
    method: 'GET',
    path: '/operators/{operator}',
    operationId: 'getOperator',
    summary: 'Reads an account of the console',
    response: operator,
    handle: async ({ scope, params, management }) => ({
      body: show(named(await listOperators(scope, management), params.operator)),
    }),
  }),
  installationRoute({
    ...common,
    method: 'PATCH',
    path: '/operators/{operator}',
    operationId: 'updateOperator',
    summary: 'Promotes, demotes or disables an account; what it may not have any more ends',
    body: operatorChange,
    response: operator,
    async handle({ scope, params, body, management }) {
      const { id } = named(await listOperators(scope, management), params.operator)
      await changeOperator(scope, id, body.change, management)
      return { body: show(named(await listOperators(scope, management), id)) }
    },
  }),
  installationRoute({
    ...common,
    method: 'POST',
    path: '/operators/{operator}/reset',
    operationId: 'resetOperator',
    summary: 'Makes a link that replaces every way to sign in of an account',
    response: operatorLink,
    async handle({ scope, params, management }) {
      const { id } = named(await listOperators(scope, management), params.operator)
      return { body: showLink(await resetOperator(scope, id, management)) }
    },
  }),
]

/** By their id. */
function named(all: readonly Seen[], id: string): Seen {
  const found = all.find((one) => one.id === id)
  if (!found) throw new NotFound('operator')
  return found
}
