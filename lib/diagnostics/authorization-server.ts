import type { Server } from '@/lib/oauth/model'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { endpointUrl, metadataUrls } from '@/lib/oauth/protocol/urls'
import { differenceOf } from './differences'
import { expiresSoon } from './expiry-and-skew'
import { type Finding, findingsOf } from './finding'
import { INSPECTOR_ORIGIN } from './resource-metadata'
import { type Asked, jsonObject, quoted, type Web } from './web'

const { ok, warning, problem } = findingsOf('authorization_server')

const PROXY =
  'Compare PUBLIC_URL (or the host of the server) with the address that your proxy serves, and have the proxy pass every path on as it came: no redirect, no login, no changed Host.'

/** What of the metadata has to arrive unchanged for a login to work. */
const FIELDS = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'jwks_uri',
] as const

/**
 * Ourselves, as clients see us from outside: whether proxies, names and certificates in between let the metadata, the
 * keys and the token endpoint through (RFC 8414 §3).
 */
export async function examineAuthorizationServer(
  server: Server,
  web: Web,
  now: Date,
): Promise<readonly Finding[]> {
  const { oauth, ...others } = metadataUrls(server.issuer)
  const further = [...new Set([others.openidInserted, others.openid])]
  const origin = { headers: { origin: INSPECTOR_ORIGIN } }
  const asked = await web.ask(oauth, origin, 'own')
  const metadata = metadataFinding(server, asked)
  if (metadata.verdict === 'problem' || asked.outcome === 'failed') return [metadata]
  const soon = expiresSoon(asked.certificateEnds, now)
  return [
    metadata,
    ...(soon ? [warning('certificate', `Of ${server.issuer}: ${soon}.`, 'Renew it.')] : []),
    ...(asked.header('access-control-allow-origin') === '*'
      ? []
      : [
          warning(
            'cors',
            'The metadata arrives without Access-Control-Allow-Origin, which we send: something in between takes it away.',
            PROXY,
            ['MCP Inspector'],
          ),
        ]),
    ...(await Promise.all(further.map((url) => openidFinding(url, server, web)))).flat(),
    await tokenEndpointFinding(server, web),
    await keysFinding(server, web),
  ]
}

function metadataFinding(server: Server, asked: Asked): Finding {
  const { issuer } = server
  if (asked.outcome === 'failed')
    return problem(
      'metadata',
      `We cannot be reached at our own address ${issuer}: ${asked.problem}. If clients can, only this machine cannot.`,
      PROXY,
    )
  const said = `Our metadata at ${issuer}`
  const { status, header } = asked
  if (status >= 300 && status < 400)
    return problem(
      'metadata',
      `${said} is redirected to ${quoted(header('location'))}, where clients do not follow.`,
      PROXY,
    )
  if (status !== 200) return problem('metadata', `${said} answers ${status}.`, PROXY)
  const document = jsonObject(asked)
  if (!document)
    return problem('metadata', `${said} is not what arrives: something else answers in our place.`, PROXY)
  const expected = serverMetadata(server)
  const field = FIELDS.find((name) => document[name] !== expected[name])
  if (!field) return ok('metadata', `${said} arrives as it was sent.`)
  const difference = differenceOf(String(document[field]), String(expected[field]))
  return problem(
    'metadata',
    `${said} arrives with another ${field}: ${quoted(document[field])}${difference ? `, ${difference}` : ''}. Another Vestibule answers there, or another configuration.`,
    PROXY,
  )
}

async function openidFinding(url: string, { issuer }: Server, web: Web): Promise<readonly Finding[]> {
  const asked = await web.ask(url, {}, 'own')
  if (asked.outcome === 'answered' && asked.status === 200 && jsonObject(asked)?.issuer === issuer) return []
  const how = asked.outcome === 'failed' ? `cannot be reached: ${asked.problem}` : `answers ${asked.status}`
  return [
    warning('openid', `Some clients look for our metadata at ${new URL(url).pathname}, which ${how}.`, PROXY),
  ]
}

/** A request that no client would send must be refused by us, in JSON, and by nothing in front of us. */
async function tokenEndpointFinding({ issuer }: Server, web: Web): Promise<Finding> {
  const asked = await web.ask(
    endpointUrl(issuer, 'token'),
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: INSPECTOR_ORIGIN },
      body: 'grant_type=authorization_code&client_id=vestibule-doctor&code=made-up&code_verifier=made-up',
    },
    'own',
  )
  if (asked.outcome === 'failed')
    return problem('token_endpoint', `The token endpoint cannot be reached: ${asked.problem}.`, PROXY)
  if (typeof jsonObject(asked)?.error === 'string')
    return ok('token_endpoint', 'The token endpoint answers clients.')
  return problem(
    'token_endpoint',
    `The token endpoint answers ${asked.status} with something that is not ours.`,
    PROXY,
  )
}

async function keysFinding({ issuer, tokenFormat }: Server, web: Web): Promise<Finding> {
  const asked = await web.ask(endpointUrl(issuer, 'jwks'), {}, 'own')
  const keys = asked.outcome === 'answered' && asked.status === 200 ? jsonObject(asked)?.keys : undefined
  if (Array.isArray(keys) && keys.length > 0)
    return ok('keys', 'The keys that verify access tokens can be fetched.')
  const what = 'The keys that verify access tokens cannot be fetched from outside.'
  return tokenFormat === 'opaque'
    ? warning('keys', `${what} Opaque access tokens need none, ID tokens do.`, PROXY)
    : problem('keys', `${what} MCP servers refuse every access token.`, PROXY)
}
