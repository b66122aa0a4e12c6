import { z } from 'zod'
import type { OrganizationScope } from '@/lib/access'
import { type ApiKey, createApiKey, findApiKey, listApiKeys, revokeApiKey } from '@/lib/api-keys/api-keys'
import type { Management } from '@/lib/management/management'
import type { InstallationScope } from '@/lib/organizations/installation-scope'
import { fromCursor, PAGE_QUERY, type PageQuery, page } from '../page'
import { type Answer, installationRoute, organizationRoute } from '../routing'
import { apiKey, apiKeyList, createdApiKey, newApiKey } from '../schemas'

type Scope = OrganizationScope | InstallationScope
type Request<Rest> = Rest & { readonly scope: Scope; readonly management: Management }

const CURSOR = z.tuple([z.string().regex(/^\P{Cc}*$/u), z.string().regex(/^[\w-]+$/)])

const show = ({ id, name, role, createdBy, createdAt, expiresAt, lastUsedAt }: ApiKey) => ({
  id,
  name,
  role,
  created_by: createdBy,
  created_at: createdAt.toISOString(),
  ...(expiresAt && { expires_at: expiresAt.toISOString() }),
  ...(lastUsedAt && { last_used_at: lastUsedAt.toISOString() }),
})

async function list({ scope, query, management }: Request<{ readonly query: PageQuery }>): Promise<Answer> {
  const after = fromCursor(query, CURSOR)
  const wanted = { limit: query.limit + 1, ...(after && { after }) }
  return page(await listApiKeys(scope, wanted, management), query, ({ name, id }) => [name, id], show)
}

async function create({
  scope,
  body,
  management,
}: Request<{ readonly body: z.output<typeof newApiKey> }>): Promise<Answer> {
  const { expires_at: expiresAt, ...rest } = body
  const input = { ...rest, ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) }
  const { key, ...made } = await createApiKey(scope, input, management)
  return { status: 201, body: { ...show(made), key } }
}

async function find({
  scope,
  params,
  management,
}: Request<{ readonly params: { readonly key: string } }>): Promise<Answer> {
  return { body: show(await findApiKey(scope, params.key, management)) }
}

async function revoke({
  scope,
  params,
  management,
}: Request<{ readonly params: { readonly key: string } }>): Promise<Answer> {
  await revokeApiKey(scope, params.key, management)
  return {}
}

const reading = {
  method: 'GET',
  permission: 'manage_members',
  query: PAGE_QUERY,
  response: apiKeyList,
} as const
const making = {
  method: 'POST',
  permission: 'manage_members',
  body: newApiKey,
  response: createdApiKey,
  creates: 'always',
} as const
const getting = { method: 'GET', permission: 'manage_members', response: apiKey } as const
const ending = { method: 'DELETE', permission: 'manage_members' } as const

export const keyRoutes = [
  organizationRoute({
    ...reading,
    path: '/organizations/{organization}/keys',
    operationId: 'listApiKeys',
    summary: 'Lists the API keys of an organization, in the order of their names',
    handle: list,
  }),
  organizationRoute({
    ...getting,
    path: '/organizations/{organization}/keys/{key}',
    operationId: 'getApiKey',
    summary: 'Reads an API key of an organization, without the key itself',
    handle: find,
  }),
  organizationRoute({
    ...making,
    path: '/organizations/{organization}/keys',
    operationId: 'createApiKey',
    summary: 'Makes an API key for an organization',
    handle: create,
  }),
  organizationRoute({
    ...ending,
    path: '/organizations/{organization}/keys/{key}',
    operationId: 'revokeApiKey',
    summary: 'Revokes an API key of an organization, at once and for good',
    handle: revoke,
  }),
  installationRoute({
    ...reading,
    path: '/keys',
    operationId: 'listInstallationApiKeys',
    summary: 'Lists the API keys of the installation, in the order of their names',
    handle: list,
  }),
  installationRoute({
    ...getting,
    path: '/keys/{key}',
    operationId: 'getInstallationApiKey',
    summary: 'Reads an API key of the installation, without the key itself',
    handle: find,
  }),
  installationRoute({
    ...making,
    path: '/keys',
    operationId: 'createInstallationApiKey',
    summary: 'Makes an API key for the installation and all its organizations',
    handle: create,
  }),
  installationRoute({
    ...ending,
    path: '/keys/{key}',
    operationId: 'revokeInstallationApiKey',
    summary: 'Revokes an API key of the installation, at once and for good',
    handle: revoke,
  }),
]
