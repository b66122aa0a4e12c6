import { consoleRoute } from '@/app/console/console-route'
import { stepsDone } from '@/lib/diagnostics/examination'
import { listLogins } from '@/lib/logins/logins'

/** Which of the next steps of a server are done, as the doctor and the logins have it. */
export const GET = consoleRoute('configure', async ({ scope, params, management }) => {
  const server = params.server ?? ''
  const [seen, { rows }] = await Promise.all([
    stepsDone(scope, server, management),
    listLogins(scope, { server, outcome: 'completed', limit: 1 }, management),
  ])
  return Response.json({ ...seen, login: rows.length > 0 }, { headers: { 'cache-control': 'no-store' } })
})
