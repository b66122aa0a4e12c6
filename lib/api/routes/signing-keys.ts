import { z } from 'zod'
import { omitNullish } from '@/lib/omit-nullish'
import { listSigningKeys, rotateSigningKey } from '@/lib/servers/signing-keys'
import { PAGE_QUERY, pageInOrder } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

type Key = Awaited<ReturnType<typeof listSigningKeys>>[number]

const signingKey = component(
  'SigningKey',
  z.object({
    kid: z.string(),
    state: z
      .enum(['next', 'current', 'retired', 'expired'])
      .describe('`next`: published, and signs nothing yet; `retired`: still published.'),
    signs_from: instant,
    published_until: instant.exactOptional(),
  }),
)
const signingKeyList = listOf('SigningKeyList', signingKey)
const rotation = component(
  'SigningKeyRotation',
  z.strictObject({
    emergency: z
      .boolean()
      .default(false)
      .describe(
        'A key may be stolen: the new one signs at once, and all others are withdrawn with their tokens.',
      ),
  }),
)

const show = ({ kid, state, activatesAt, publishedUntil }: Key) =>
  omitNullish({
    kid,
    state,
    signs_from: activatesAt.toISOString(),
    published_until: publishedUntil?.toISOString(),
  })

const PATH = '/organizations/{organization}/servers/{server}/signing-keys'

export const signingKeyRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listSigningKeys',
    summary: 'Lists the keys that sign the access tokens of a server, in the order in which they sign',
    permission: 'read',
    query: PAGE_QUERY,
    response: signingKeyList,
    handle: async ({ scope, params, query, management }) =>
      pageInOrder(await listSigningKeys(scope, params.server, management), query, ({ kid }) => kid, show),
  }),
  organizationRoute({
    method: 'POST',
    path: PATH,
    operationId: 'rotateSigningKey',
    summary: 'Gives a server a new signing key; none when one is on its way already',
    permission: 'configure',
    body: rotation,
    response: signingKeyList,
    handle: async ({ scope, params, body, management }) => ({
      body: { items: (await rotateSigningKey(scope, params.server, body, management)).map(show) },
    }),
  }),
]
