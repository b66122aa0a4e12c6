import { z } from 'zod'
import {
  type ExplainedEvent,
  findLogin,
  listLogins,
  OUTCOMES,
  REASONS,
  type SeenLogin,
} from '@/lib/logins/logins'
import { omitNullish } from '@/lib/omit-nullish'
import { CURSOR_QUERY, cursorPage, wish } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

const outcome = z
  .enum(OUTCOMES)
  .describe(
    '`running` and `abandoned` have not ended: there is time left for the one, and none for the other.',
  )
const optional = z.string().exactOptional()

const loginShape = {
  reference: z.string().describe('As the error page shows it.'),
  server: z.string().describe('Its slug.'),
  outcome,
  reason: optional.describe(
    'Of the last step that failed; `upstream_never_returned` where the user did not come back from the identity provider.',
  ),
  client: z.object({
    id: optional.describe('As grants and blocks name it; absent where the client is not known.'),
    client_id: optional.describe('As it was presented.'),
    name: optional,
  }),
  user: z
    .object({ id: z.string(), email: optional, name: optional })
    .exactOptional()
    .describe('Absent until somebody has logged in.'),
  login_hint: optional.describe('Who the client said would log in.'),
  redirect_uri: optional,
  scope: z.array(z.string()),
  device: z.boolean().describe('Whether a device waits for the answer.'),
  grant: optional.describe('The id of the grant that came of it.'),
  created_at: instant,
  expires_at: instant,
  ended_at: instant.exactOptional(),
}
const loginList = listOf('LoginList', component('Login', z.object(loginShape)))
const explainedLogin = component(
  'ExplainedLogin',
  z.object({
    ...loginShape,
    timeline: z.array(
      z.object({
        at: instant,
        step: z.string(),
        outcome: z.enum(['ok', 'failed']),
        reason: z.string().describe('`ok`, or why the step failed.'),
        detail: optional,
        remedy: optional.describe('What to do about it.'),
      }),
    ),
  }),
)

const DAY = 'must be a day, such as 2026-11-21'
const day = (description: string) =>
  z.iso
    .date({ error: DAY, abort: true })
    .refine((text) => /^[12]/.test(text), DAY)
    .exactOptional()
    .describe(description)

const LOGIN_QUERY = CURSOR_QUERY.extend({
  server: wish('The slug of a server.'),
  outcome: outcome.exactOptional(),
  reason: z.enum(REASONS).exactOptional().describe('Why the last step that failed did so.'),
  client: wish('A whole `client_id`, or the beginning of a name.'),
  user: wish('The id or subject of a user, or the beginning of an e-mail address.'),
  from: day('The first day, in UTC.'),
  until: day('The last day, in UTC.'),
})

function show(login: SeenLogin) {
  const { clientRowId, clientId, clientName, userId, userEmail, userName, endedAt } = login
  return omitNullish({
    reference: login.reference,
    server: login.server,
    outcome: login.outcome,
    reason: login.failure,
    client: omitNullish({ id: clientRowId, client_id: clientId, name: clientName }),
    user: userId && omitNullish({ id: userId, email: userEmail, name: userName }),
    login_hint: login.loginHint,
    redirect_uri: login.redirectUri,
    scope: login.scope,
    device: login.deviceCodeId !== null,
    grant: login.grantId,
    created_at: login.createdAt.toISOString(),
    expires_at: login.expiresAt.toISOString(),
    ended_at: endedAt?.toISOString(),
  })
}

const showEvent = ({ at, step, outcome: ended, reason, detail, remedy }: ExplainedEvent) =>
  omitNullish({ at: at.toISOString(), step, outcome: ended, reason, detail, remedy })

export const loginRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/logins',
    operationId: 'listLogins',
    summary: 'Lists logins, finished or not, the newest first',
    permission: 'read',
    query: LOGIN_QUERY,
    response: loginList,
    handle: async ({ scope, query, management }) =>
      cursorPage(await listLogins(scope, query, management), show),
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/logins/{reference}',
    operationId: 'getLogin',
    summary: 'Reads a login with every step, and what to do about those that failed',
    permission: 'read',
    response: explainedLogin,
    async handle({ scope, params, management }) {
      const login = await findLogin(scope, params.reference, management)
      return { body: { ...show(login), timeline: login.timeline.map(showEvent) } }
    },
  }),
]
