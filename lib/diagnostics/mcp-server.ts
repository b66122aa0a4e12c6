import type { Server } from '@/lib/oauth/model'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { clockSkew, expiresSoon } from './expiry-and-skew'
import { type Finding, findingsOf } from './finding'
import { examineMetadata } from './resource-metadata'
import { type Asked, quoted, type Web } from './web'

type Answered = Extract<Asked, { outcome: 'answered' }>

const { ok, warning, problem } = findingsOf('mcp_server')

/** The first thing every client says, without a token. */
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'vestibule-doctor', version: '1' },
  },
})

/**
 * What a client meets at the MCP server before it knows of us: the refusal without a token (RFC 6750 §3), and the way
 * to the metadata (RFC 9728 §5.1).
 */
export async function examineMcpServer(server: Server, web: Web, now: Date): Promise<readonly Finding[]> {
  const asked = await initialize(server, web)
  if (asked.outcome === 'failed')
    return [problem('reachable', 'mcp.unreachable', { resource: server.resource, problem: asked.problem })]
  const challenge = challengeOf(asked)
  const metadata = await examineMetadata(server, challenge?.resourceMetadata, web)
  return [
    refusalOf(server, asked),
    ...(asked.status === 401 ? [challengeFinding(challenge, metadata.found)] : []),
    ...(asked.status === 401 ? tokenFinding(server, await initialize(server, web, MADE_UP)) : []),
    ...metadata.findings,
    ...ageing(asked, now),
  ]
}

/** What no authorization server has issued. */
const MADE_UP = 'made-up-by-the-doctor'

const initialize = ({ resource }: Server, web: Web, token?: string) =>
  web.ask(resource, {
    method: 'POST',
    body: INITIALIZE,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-11-25',
      ...(token && { authorization: `Bearer ${token}` }),
    },
  })

/** A server that asks for a token and takes any lets attackers in; other answers say nothing for certain. */
function tokenFinding({ resource }: Server, asked: Asked): readonly Finding[] {
  if (asked.outcome === 'failed') return []
  const said = { resource, status: asked.status }
  if (asked.status === 401) return [ok('token', 'mcp.refuses_token', said)]
  const isIn = asked.status >= 200 && asked.status < 300
  return isIn ? [problem('token', 'mcp.takes_any_token', said)] : []
}

/** Only a 401 makes a client log in. */
function refusalOf({ resource }: Server, { status, header }: Answered): Finding {
  const said = { resource, status }
  if (status === 401) return ok('refusal', 'mcp.refuses', said)
  if (status >= 200 && status < 300) return problem('refusal', 'mcp.open', said)
  if (status >= 300 && status < 400)
    return problem('refusal', 'mcp.redirects', { ...said, location: quoted(header('location')) })
  if (status === 404 || status === 405) return problem('refusal', 'mcp.absent', said)
  return problem('refusal', status >= 500 ? 'mcp.down' : 'mcp.refuses_otherwise', said)
}

type Challenge = { readonly resourceMetadata?: string }

/** As the SDKs read it; undefined without a challenge for bearer tokens. */
function challengeOf({ status, header }: Answered): Challenge | undefined {
  const value = (header('www-authenticate') ?? '').slice(0, 4096)
  if (status !== 401 || !/\bBearer\b/i.test(value)) return undefined
  const resourceMetadata =
    /\bresource_metadata="([^"]*)"/.exec(value)?.[1] ?? /\bresource_metadata=([^\s,"]+)/.exec(value)?.[1]
  return resourceMetadata === undefined ? {} : { resourceMetadata }
}

/** Since MCP 2025-11-25 the well-known address may stand in for it; older clients know the challenge alone. */
function challengeFinding(challenge: Challenge | undefined, hasMetadata: boolean): Finding {
  const consequence = { part: hasMetadata ? 'consequence.older' : 'consequence.all' } as const
  const verdict = hasMetadata ? warning : problem
  if (!challenge) return verdict('challenge', 'mcp.challenge_missing', { consequence })
  const { resourceMetadata } = challenge
  if (resourceMetadata === undefined) return verdict('challenge', 'mcp.challenge_incomplete', { consequence })
  return parseUrl(resourceMetadata)
    ? ok('challenge', 'mcp.challenge')
    : problem('challenge', 'mcp.challenge_malformed', { found: quoted(resourceMetadata) })
}

function ageing({ certificateEnds, header }: Answered, now: Date): readonly Finding[] {
  const soon = expiresSoon(certificateEnds, now)
  const skew = clockSkew(header('date'), header('age'), now)
  return [
    ...(soon ? [warning('certificate', 'mcp.certificate', { soon })] : []),
    ...(skew ? [problem('clock', 'mcp.clock', { skew })] : []),
  ]
}
