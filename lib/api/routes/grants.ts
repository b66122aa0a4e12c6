import { z } from 'zod'
import { findGrant, listGrants, type SeenGrant } from '@/lib/grants/list'
import {
  revokeGrant,
  revokeGrantsOfClient,
  revokeGrantsOfServer,
  revokeGrantsOfUser,
} from '@/lib/grants/revoke'
import { omitNullish } from '@/lib/omit-nullish'
import { CURSOR_QUERY, cursorPage, wish } from '../page'
import { Problem } from '../problem'
import { organizationRoute } from '../routing'
import { component, endedGrants, instant, listOf } from '../schemas'

const optional = z.string().exactOptional()
const blocked = z.boolean().describe('Whether it is kept out.')

const grant = component(
  'Grant',
  z.object({
    id: z.string(),
    kind: z
      .enum(['login', 'service', 'assertion'])
      .describe(
        '`service`: of a client that acts for itself; `assertion`: of a user whom a trusted issuer named.',
      ),
    state: z
      .enum(['connected', 'idle', 'revoked'])
      .describe('`idle`: no token is left that could be refreshed, so the client has to log in again.'),
    server: z.string().describe('Its slug.'),
    client: z.object({ id: z.string(), client_id: z.string(), name: optional, blocked }),
    user: z.object({ id: z.string(), email: optional, name: optional, blocked }).exactOptional(),
    scope: z.array(z.string()),
    created_at: instant,
    last_network: optional.describe(
      'Where that token was got: the /24 of an IPv4 address, or the /48 of an IPv6 address. The address itself is not kept.',
    ),
    last_token_at: instant.exactOptional().describe('Absent where no token is kept that would tell.'),
    refreshable_until: instant.exactOptional(),
    revoked_at: instant.exactOptional(),
    revoked_reason: optional,
    offline_until: instant
      .exactOptional()
      .describe(
        'Of a revoked grant whose access tokens are signed: until then, an MCP server that verifies them offline may take the last one. Everything else ended at `revoked_at`.',
      ),
  }),
)
const grantList = listOf('GrantList', grant)

const GRANT_QUERY = CURSOR_QUERY.extend({
  state: z
    .enum(['live', 'revoked', 'all'])
    .default('live')
    .describe('`live`: not revoked, and young enough for tokens that are good.'),
  server: wish('The slug of a server.'),
  client: wish('The `id` of a client.'),
  user: wish('The `id` of a user.'),
})

function show(seen: SeenGrant) {
  const { userId, revokedAt } = seen
  return omitNullish({
    id: seen.id,
    kind: seen.kind,
    state: seen.state,
    server: seen.server,
    client: omitNullish({
      id: seen.clientRowId,
      client_id: seen.clientId,
      name: seen.clientName,
      blocked: seen.clientBlockedAt !== null,
    }),
    user:
      userId &&
      omitNullish({
        id: userId,
        email: seen.userEmail,
        name: seen.userName,
        blocked: seen.userBlockedAt !== null,
      }),
    scope: seen.scope,
    created_at: seen.createdAt.toISOString(),
    last_network: seen.lastNetwork,
    last_token_at: seen.lastTokenAt?.toISOString(),
    refreshable_until: revokedAt ? null : seen.refreshableUntil?.toISOString(),
    revoked_at: revokedAt?.toISOString(),
    revoked_reason: seen.revokedReason,
    offline_until: offlineUntil(seen)?.toISOString(),
  })
}

function offlineUntil({ revokedAt, tokenFormat, accessTokenLifetime }: SeenGrant): Date | undefined {
  return revokedAt && tokenFormat === 'jwt'
    ? new Date(revokedAt.getTime() + accessTokenLifetime * 1000)
    : undefined
}

const END = { server: revokeGrantsOfServer, client: revokeGrantsOfClient, user: revokeGrantsOfUser }

/** Whose grants are to end: exactly one of the three. */
const WHOSE = z.strictObject({
  server: wish('The slug of a server.'),
  client: wish('The `id` of a client.'),
  user: wish('The `id` of a user.'),
})

const isKind = (name: string | undefined): name is keyof typeof END => name !== undefined && name in END

export const grantRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/grants',
    operationId: 'listGrants',
    summary: 'Lists who has connected which client, the newest first',
    permission: 'read',
    query: GRANT_QUERY,
    response: grantList,
    handle: async ({ scope, query, management }) =>
      cursorPage(await listGrants(scope, query, management), show),
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/grants/{grant}',
    operationId: 'getGrant',
    summary: 'Reads a grant',
    permission: 'read',
    response: grant,
    handle: async ({ scope, params, management }) => ({
      body: show(await findGrant(scope, params.grant, management)),
    }),
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/grants',
    operationId: 'revokeGrants',
    summary: 'Ends all grants of one server, client or user, and their tokens, for good',
    permission: 'revoke',
    query: WHOSE,
    response: endedGrants,
    async handle({ scope, query, management }) {
      const [[kind, id] = [], another] = Object.entries(query)
      if (!isKind(kind) || id === undefined || another)
        throw new Problem('invalid-parameter', 'exactly one of server, client and user must be given')
      return { body: { count: await END[kind](scope, id, management) } }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/grants/{grant}',
    operationId: 'revokeGrant',
    summary: 'Ends a grant and its tokens, for good, and answers with it: `offline_until` says what lives on',
    permission: 'revoke',
    response: grant,
    async handle({ scope, params, management }) {
      await revokeGrant(scope, params.grant, management)
      return { body: show(await findGrant(scope, params.grant, management)) }
    },
  }),
]
