import type { Instrumentation } from 'next'
import { sayStatus } from './lib/http/browser/page-status'
import { StoreUnavailable } from './lib/oauth/ports/ports'

/** Next calls this once at its start. A wrong configuration, or a start without our server, ends the process. */
export async function register(): Promise<void> {
  const isBuild = process.env.NEXT_PHASE === 'phase-production-build'
  if (process.env.NEXT_RUNTIME === 'nodejs' && !isBuild) await import('./instrumentation.node')
}

/** Next calls this with what a page could not be made for, while that page is made. */
export const onRequestError: Instrumentation.onRequestError = (error) => {
  if (error instanceof StoreUnavailable) sayStatus(503)
}
