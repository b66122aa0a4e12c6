import { NextStepsView } from '@/components/console/servers/next-steps'
import { nextSteps } from '@/lib/servers/next-steps'
import { serverPage } from '../server-page'

/** What to do at the MCP server, and where users enter it. */
export default serverPage('next-steps', async ({ server, language }) => (
  <NextStepsView steps={nextSteps(server)} language={language} />
))
