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

const GUIDE = 'docs/for-mcp-servers.md has an example.'

/**
 * What a client meets at the MCP server before it knows of us: the refusal without a token (RFC 6750 §3), and the way
 * to the metadata (RFC 9728 §5.1).
 */
export async function examineMcpServer(server: Server, web: Web, now: Date): Promise<readonly Finding[]> {
  const asked = await web.ask(server.resource, {
    method: 'POST',
    body: INITIALIZE,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-11-25',
    },
  })
  if (asked.outcome === 'failed')
    return [
      problem(
        'reachable',
        `The MCP server at ${server.resource} cannot be reached: ${asked.problem}.`,
        'Check its address, that it runs, and its certificate. Hosted clients (Claude, ChatGPT) reach nothing but public addresses with certificates that everybody trusts.',
      ),
    ]
  const challenge = challengeOf(asked)
  const metadata = await examineMetadata(server, challenge?.resourceMetadata, web)
  return [
    refusalOf(server, asked),
    ...(asked.status === 401 ? [challengeFinding(challenge, metadata.found)] : []),
    ...metadata.findings,
    ...ageing(asked, now),
  ]
}

/** Only a 401 makes a client log in. */
function refusalOf({ resource }: Server, { status, header }: Answered): Finding {
  const answered = `Without a token the MCP server at ${resource} answered ${status}`
  if (status === 401) return ok('refusal', `${answered}, as it should.`)
  const say = (what: string, remedy: string) => problem('refusal', `${answered}${what}`, remedy)
  if (status >= 200 && status < 300)
    return say(
      ': it lets everybody in.',
      `Have it answer 401 to every request without a good access token, before it looks at anything else. ${GUIDE}`,
    )
  if (status >= 300 && status < 400)
    return say(
      ` and sends clients to ${quoted(header('location'))}, where they do not follow.`,
      'Configure the final address as resource of the server, and give that one to your users.',
    )
  if (status === 404 || status === 405)
    return say(
      ': no MCP server is there.',
      'Compare the path of resource with that of the MCP endpoint: a slash at the end counts.',
    )
  if (status >= 500) return say(': it is down, or broken.', 'Look at its log.')
  return say(
    '. Clients begin to log in at a 401, and at nothing else.',
    `Have it look for the access token first, and answer 401 where there is none. ${GUIDE}`,
  )
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
  const remedy = `Send WWW-Authenticate: Bearer resource_metadata="https://…/.well-known/oauth-protected-resource/…" with every 401. ${GUIDE}`
  const stumble = hasMetadata
    ? 'Clients of MCP 2025-06-18 look nowhere else for the way to the login; newer ones find it at the well-known address.'
    : 'So no client finds the way to the login.'
  const verdict = hasMetadata ? warning : problem
  if (!challenge) return verdict('challenge', `The 401 has no WWW-Authenticate: Bearer. ${stumble}`, remedy)
  const { resourceMetadata } = challenge
  if (resourceMetadata === undefined)
    return verdict(
      'challenge',
      `The WWW-Authenticate of the 401 has no resource_metadata. ${stumble}`,
      remedy,
    )
  if (!parseUrl(resourceMetadata))
    return problem(
      'challenge',
      `The resource_metadata of the 401 is no address but ${quoted(resourceMetadata)}.`,
      remedy,
    )
  return ok('challenge', 'The 401 says where the metadata of the MCP server lies.')
}

function ageing({ certificateEnds, header }: Answered, now: Date): readonly Finding[] {
  const soon = expiresSoon(certificateEnds, now)
  const off = clockSkew(header('date'), header('age'), now)
  return [
    ...(soon ? [warning('certificate', `Of the MCP server: ${soon}.`, 'Renew it.')] : []),
    ...(off
      ? [
          problem(
            'clock',
            `The clock of the MCP server is ${off} of ours, by its Date header: it refuses good access tokens, or accepts expired ones.`,
            'Set both clocks by NTP.',
          ),
        ]
      : []),
  ]
}
