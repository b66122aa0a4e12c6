import { exportUserData } from '@/lib/grants/user-data'
import { consoleRoute, download } from '../../../../../console-route'

export const GET = consoleRoute('manage_members', async ({ scope, management, params: { id = '' } }) => {
  const data = await exportUserData(scope, id, management)
  return download(`user-${data.user.id}.json`, 'application/json', `${JSON.stringify(data, null, 2)}\n`)
})
