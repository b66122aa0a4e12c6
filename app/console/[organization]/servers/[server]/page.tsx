import { redirect } from 'next/navigation'
import { consolePage } from '@/app/console/console-page'
import { routes } from '@/lib/routes'
import { findServer } from '@/lib/servers/servers'

/** A server's first page. */
export default consolePage('read', async ({ scope, params, management }) => {
  const { slug } = await findServer(scope, params.server ?? '', management)
  redirect(routes.serverNextSteps(scope.organization, slug))
})
