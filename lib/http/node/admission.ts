import type { ServerResponse } from 'node:http'
import { CORS } from '../cors'
import type { NodeHandler } from './mount'
import { holdsPlace } from './places'

/** Requests of each kind that a process works on at a time: more would only wait longer, and all others with them. */
const UNDER_WAY = { token: 256, login: 256, management: 128 } as const

/** Milliseconds after which a request that is still being sent gives its place up. */
const SENT_WITHIN = 100

type Kind = keyof typeof UNDER_WAY

/** Seconds after which a client that was turned away had better try again. */
const RETRY_AFTER = '2'

/** What clients and servers wait for, whose user is not there: below `/s/[slug]`, too. */
const TOKENS =
  /^(?:\/s\/[^/]+)?\/(?:oauth\/(?:token|introspect|revoke|revocations|userinfo|par|device_authorization|register\b.*)|token|register)$/

/** What belongs to operators, and what providers send of their users: none of it is a login. */
const MANAGEMENT = /^\/(?:console|api|scim|setup|signals|oauth\/backchannel-logout)(?:\/|$)/

/** Answered in any case: they cost next to nothing, or tell whether anything works. */
const FREE =
  /^\/(?:(?:healthz|readyz|metrics|_next\/static\/.*|(?:s\/[^/]+\/)?oauth\/jwks)$|(?:s\/[^/]+\/)?\.well-known\/)/

function kindOf(target = ''): Kind | null {
  const path = pathOf(target)
  if (FREE.test(path)) return null
  if (TOKENS.test(path)) return 'token'
  return MANAGEMENT.test(path) ? 'management' : 'login'
}

/** In whatever way it is spelled: as a whole address (RFC 9112 §3.2.2), or with letters that need no encoding. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] ?? ''
  try {
    return path.includes('%') ? decodeURIComponent(path) : path
  } catch {
    return path
  }
}

/**
 * Turns requests away at once that would have to wait too long: a late answer, which nobody waits for any more, costs
 * as much as a good one. Each kind has a limit of its own, so that none keeps the others out. A client that sends
 * slowly keeps nobody out either: the one that has been sending for the longest gives its place up, and so does one that
 * does not read its answer. Decision 0069.
 */
export function admitted(
  handle: NodeHandler,
  turnedAway: (kind: Kind) => void = () => {},
  most: Readonly<Record<Kind, number>> = UNDER_WAY,
  sentWithin = SENT_WITHIN,
): NodeHandler {
  const requests = () => new Map<ServerResponse, number>()
  const underWay = { token: requests(), login: requests(), management: requests() }
  return async (request, response) => {
    const kind = kindOf(request.url)
    if (!kind) return handle(request, response)
    const those = underWay[kind]
    const now = performance.now()
    if (those.size >= most[kind] && !madeRoom(those, now - sentWithin)) {
      turnedAway(kind)
      return refuse(kind, response)
    }
    those.set(response, now)
    // Only who says so may be kept waiting (RFC 7240), and hardly anybody does.
    if (request.headers.prefer !== undefined) holdsPlace(request, () => those.delete(response))
    try {
      await handle(request, response)
    } finally {
      those.delete(response)
    }
  }
}

/**
 * Takes the place of the first one whose answer only its client keeps from being over, or ends the oldest request that
 * began before and is still being sent.
 *
 * @returns whether there was one
 */
function madeRoom(responses: Map<ServerResponse, number>, before: number): boolean {
  for (const [response, begun] of responses) {
    const isAnswered = response.writableEnded
    if (!isAnswered && (begun > before || response.req.complete)) continue
    responses.delete(response)
    if (!isAnswered) response.req.destroy()
    return true
  }
  return false
}

/** In the words of OAuth (RFC 6749 §4.1.2.1), of the API (RFC 9457), or for a person. */
function refuse(kind: Kind, response: ServerResponse): void {
  const [type, body, headers] = REFUSALS[kind]
  response
    .writeHead(503, {
      ...headers,
      'content-type': type,
      'cache-control': 'no-store',
      'retry-after': RETRY_AFTER,
    })
    .end(body)
}

const BUSY = 'too many requests are under way: try again in a moment'

const REFUSALS: Readonly<Record<Kind, readonly [string, string, Readonly<Record<string, string>>]>> = {
  token: [
    'application/json',
    JSON.stringify({ error: 'temporarily_unavailable', error_description: BUSY }),
    CORS,
  ],
  login: ['text/plain; charset=utf-8', `temporarily_unavailable: ${BUSY}\n`, {}],
  management: [
    'application/problem+json',
    JSON.stringify({ title: 'unavailable', status: 503, detail: BUSY }),
    {},
  ],
}
