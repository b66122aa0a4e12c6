import { z } from 'zod'
import {
  findConnectionTest,
  listConnectionTests,
  type TestView,
  tryConnection,
} from '@/lib/connections/run-test'
import { omitNullish } from '@/lib/omit-nullish'
import { PAGE_QUERY, pageInOrder } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

const steps = z.array(
  z.object({
    name: z.string(),
    outcome: z.enum(['done', 'failed']),
    reason: z.string().exactOptional(),
    detail: z.string().exactOptional(),
    facts: z.record(z.string(), z.string()),
  }),
)
const connectionTest = component(
  'ConnectionTest',
  z.object({
    id: z.string(),
    operator: z.string().describe('Who signed in, by name.'),
    created_at: instant,
    outcome: z
      .enum(['running', 'passed', 'failed', 'lapsed'])
      .describe('`lapsed`: the browser never came back.'),
    steps,
    claims: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .exactOptional()
      .describe('What the identity provider said of the user, without secrets.'),
  }),
)
const connectionTestList = listOf('ConnectionTestList', connectionTest)
const connectionTrial = component(
  'ConnectionTrial',
  z.object({
    outcome: z
      .enum(['reachable', 'failed'])
      .describe('`reachable`: the rest needs a browser; the console has the whole test.'),
    steps,
  }),
)

const show = ({ id, operatorName, createdAt, outcome, steps, claims }: TestView) =>
  omitNullish({
    id,
    operator: operatorName,
    created_at: createdAt.toISOString(),
    outcome,
    steps,
    claims: claims?.map(([name, value]) => ({ name, value })),
  })

const PATH = '/organizations/{organization}/connections/{connection}/tests'

export const connectionTestRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listConnectionTests',
    summary: 'Lists the last test logins of a connection, the newest first',
    permission: 'read',
    query: PAGE_QUERY,
    response: connectionTestList,
    handle: async ({ scope, params, query, management }) =>
      pageInOrder(
        await listConnectionTests(scope, params.connection, management),
        query,
        ({ id }) => id,
        show,
      ),
  }),
  organizationRoute({
    method: 'POST',
    path: PATH,
    operationId: 'tryConnection',
    summary: 'Tests a connection as far as that needs no browser',
    permission: 'configure',
    response: connectionTrial,
    async handle({ scope, params, management }) {
      const { isReachable, steps } = await tryConnection(scope, params.connection, management)
      return { body: { outcome: isReachable ? 'reachable' : 'failed', steps } }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: `${PATH}/{test}`,
    operationId: 'getConnectionTest',
    summary: 'Reads a test login of a connection',
    permission: 'read',
    response: connectionTest,
    handle: async ({ scope, params, management }) => ({
      body: show(await findConnectionTest(scope, params.connection, params.test, management)),
    }),
  }),
]
