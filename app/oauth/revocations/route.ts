import { preflight } from '@/lib/http/cors'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { feedStart, knownVersion, revocationFeed } from '@/lib/oauth/access/revocation-feed'
import { FEED_MAX_AGE, FEED_WAIT } from '@/lib/oauth/protocol/lifetimes'
import { context } from '@/lib/services/services'

const startOf = (query: URLSearchParams, now: Date) => feedStart(query.get('after'), now)

/** What the server has ended, for those who verify its tokens offline. Decision 0068, decision 0148. */
export const GET = documentEndpoint(
  context,
  async ({ server, request, ports }) => ({
    ...(await revocationFeed(server, startOf(new URL(request.url).searchParams, ports.clock()), ports)),
    maxAge: FEED_MAX_AGE,
  }),
  { part: (query, now) => String(startOf(query, now) ?? ''), known: knownVersion, longest: FEED_WAIT },
)

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
