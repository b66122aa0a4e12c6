import { STORE_UNAVAILABLE } from '@/lib/http/retry-after'
import { management } from '@/lib/services/services'
import { cronRound } from '@/lib/watch/cron'

/** Seconds that a platform lets it run. */
export const maxDuration = 60

/** Background work, once, where no process does it all the time: some platforms call with GET. Decision 0123. */
async function answer(request: Request): Promise<Response> {
  await management()
  const round = await cronRound(request.headers.get('authorization'))
  const headers = { 'cache-control': 'no-store' }
  if (round === 'absent') return new Response(null, { status: 404, headers })
  if (round === 'refused')
    return new Response(null, { status: 401, headers: { ...headers, 'www-authenticate': 'Bearer' } })
  const { failed } = round
  return failed.length === 0
    ? Response.json({ failed }, { headers })
    : Response.json({ failed }, { status: 503, headers: STORE_UNAVAILABLE })
}

export { answer as GET, answer as POST }
