import { NextStepsView } from '@/components/console/servers/next-steps'
import { routes } from '@/lib/routes'
import { nextSteps } from '@/lib/servers/next-steps'
import { serverPage } from '../server-page'

/** What to do at the MCP server, and where users enter it. */
export default serverPage('next-steps', async ({ scope, server, mayChange, language }) => (
  <NextStepsView
    steps={nextSteps(server)}
    progressAt={mayChange ? routes.serverProgress(scope.organization, server.slug) : undefined}
    language={language}
  />
))
