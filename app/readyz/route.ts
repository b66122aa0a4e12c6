import { STORE_RETRY_AFTER } from '@/lib/http/retry-after'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { context } from '@/lib/services/services'

/** Readiness, on any host: 200 when logins work, 503 with what does not before that. */
export async function GET(): Promise<Response> {
  const { ports } = await context()
  const checks = await Promise.allSettled([ports.servers.findByIssuer(''), ports.challenges.ping()])
  const down = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason] : []))
  const reasons = down.map((error) =>
    error instanceof StoreUnavailable ? error.message : 'unexpected error',
  )
  return Response.json(
    { ready: reasons.length === 0, reasons },
    {
      status: reasons.length === 0 ? 200 : 503,
      headers: {
        'cache-control': 'no-store',
        ...(reasons.length > 0 && { 'retry-after': String(STORE_RETRY_AFTER) }),
      },
    },
  )
}

export const dynamic = 'force-dynamic'
