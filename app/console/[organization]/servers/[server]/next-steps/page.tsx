import type { Metadata } from 'next'
import { NextStepsView } from '@/components/console/servers/next-steps'
import { nextSteps } from '@/lib/servers/next-steps'
import { serverPage } from '../server-page'

export const metadata: Metadata = { title: 'Next steps' }

/** What to do at the MCP server, and where users enter it. */
export default serverPage('next-steps', async ({ server, language }) => (
  <NextStepsView steps={nextSteps(server)} language={language} />
))
