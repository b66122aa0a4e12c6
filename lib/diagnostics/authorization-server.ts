import type { Part } from '@/lib/messages/findings/say'
import type { Server } from '@/lib/oauth/model'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { endpointUrl, metadataUrls } from '@/lib/oauth/protocol/urls'
import { differenceOf, tellDifference } from './differences'
import { expiresSoon } from './expiry-and-skew'
import { type Finding, findingsOf } from './finding'
import { INSPECTOR_ORIGIN } from './resource-metadata'
import { type Asked, howItAnswers, jsonObject, quoted, type Web } from './web'

const { ok, warning, problem } = findingsOf('authorization_server')

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
    ...(soon ? [warning('certificate', 'own.certificate', { issuer: server.issuer, soon })] : []),
    ...(asked.header('access-control-allow-origin') === '*'
      ? []
      : [warning('cors', 'own.cors', {}, ['MCP Inspector'])]),
    ...(await Promise.all(further.map((url) => openidFinding(url, server, web)))).flat(),
    await tokenEndpointFinding(server, web),
    await keysFinding(server, web),
  ]
}

function metadataFinding(server: Server, asked: Asked): Finding {
  const { issuer } = server
  if (asked.outcome === 'failed')
    return problem('metadata', 'own.unreachable', { issuer, problem: asked.problem })
  const { status, header } = asked
  if (status >= 300 && status < 400)
    return problem('metadata', 'own.redirected', { issuer, location: quoted(header('location')) })
  if (status !== 200) return problem('metadata', 'own.metadata_status', { issuer, status })
  const document = jsonObject(asked)
  if (!document) return problem('metadata', 'own.metadata_foreign', { issuer })
  const expected = serverMetadata(server)
  const field = FIELDS.find((name) => document[name] !== expected[name])
  if (!field) return ok('metadata', 'own.metadata', { issuer })
  const difference = differenceOf(String(document[field]), String(expected[field]))
  return problem('metadata', 'own.metadata_changed', {
    issuer,
    field,
    found: quoted(document[field]),
    difference: tellDifference('after_comma', difference),
  })
}

async function openidFinding(url: string, { issuer }: Server, web: Web): Promise<readonly Finding[]> {
  const asked = await web.ask(url, {}, 'own')
  if (asked.outcome === 'answered' && asked.status === 200 && jsonObject(asked)?.issuer === issuer) return []
  // A document of another issuer is told by its status as well.
  const how: Part =
    asked.outcome === 'failed'
      ? howItAnswers(asked)
      : { part: 'how.status', values: { status: asked.status } }
  return [warning('openid', 'own.openid', { path: new URL(url).pathname, how })]
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
    return problem('token_endpoint', 'own.token_unreachable', { problem: asked.problem })
  if (typeof jsonObject(asked)?.error === 'string') return ok('token_endpoint', 'own.token')
  return problem('token_endpoint', 'own.token_foreign', { status: asked.status })
}

async function keysFinding({ issuer, tokenFormat }: Server, web: Web): Promise<Finding> {
  const asked = await web.ask(endpointUrl(issuer, 'jwks'), {}, 'own')
  const keys = asked.outcome === 'answered' && asked.status === 200 ? jsonObject(asked)?.keys : undefined
  if (Array.isArray(keys) && keys.length > 0) return ok('keys', 'own.keys')
  return tokenFormat === 'opaque'
    ? warning('keys', 'own.keys_missing_opaque')
    : problem('keys', 'own.keys_missing')
}
