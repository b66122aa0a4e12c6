import { preflight } from '@/lib/http/cors'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { feedStart, revocationFeed } from '@/lib/oauth/access/revocation-feed'
import { FEED_MAX_AGE } from '@/lib/oauth/protocol/lifetimes'
import { context } from '@/lib/services/services'

const startOf = ({ url }: Pick<Request, 'url'>, now: Date) =>
  feedStart(new URL(url).searchParams.get('after'), now)

/** What the server has ended, for those who verify its tokens offline. Decision 0068. */
export const GET = documentEndpoint(
  context,
  async ({ server, request, ports }) => ({
    jwt: await revocationFeed(server, startOf(request, ports.clock()), ports),
    maxAge: FEED_MAX_AGE,
  }),
  (request, now) => String(startOf(request, now) ?? ''),
)

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
