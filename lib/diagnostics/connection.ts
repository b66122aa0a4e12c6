import type { Server } from '@/lib/oauth/model'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { OAuthConnectionConfig } from '@/lib/upstream/connection-config'
import { discoverDocument, type ProviderMetadata } from '@/lib/upstream/discovery'
import { findProvider } from '@/lib/upstream/discovery-cache'
import { authorizationFindings } from './connection-authorization'
import type { ConnectionCheck } from './connection-check'
import { credentialFindings } from './connection-credentials'
import { expiresSoon } from './expiry-and-skew'
import { failureFinding } from './failure-finding'
import { type Finding, findingsOf } from './finding'
import { quoted } from './web'

const { ok, warning, problem } = findingsOf('connection')

/**
 * The identity provider, as far as it shows itself without a user: its metadata and keys, its clock, what it says to a
 * request for a login, and to our credentials.
 */
export async function examineConnection(check: ConnectionCheck): Promise<readonly Finding[]> {
  const provider = await part(check, discovered)
  // Without metadata there are no endpoints to check.
  if (provider.some(({ check: name }) => name.startsWith('upstream_') && !SURMOUNTABLE.has(name)))
    return provider
  const conversation = [
    ...provider,
    ...(await part(check, credentialFindings)),
    ...(await part(check, authorizationFindings)),
  ]
  const answers = !conversation.some(({ check: name }) => name === 'upstream_unreachable')
  return [...conversation, ...(answers ? await certificateFindings(check) : [])]
}

const SURMOUNTABLE = new Set(['upstream_signature_invalid'])

/** A failure of one part is a finding, and the others are looked at all the same. */
async function part(
  check: ConnectionCheck,
  examine: (check: ConnectionCheck) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await examine(check)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    return [failureFinding(error)]
  }
}

/** @throws UpstreamError */
async function discovered(check: ConnectionCheck): Promise<readonly Finding[]> {
  const { connection, context } = check
  if (connection.type !== 'oidc') return []
  const { metadata, document } = await discoverDocument(connection, context.http)
  return [
    ok('discovery', 'idp.discovery', { issuer: connection.issuer }),
    ...(await part(check, (given) => keysFindings(metadata, given))),
    ...(connection.pkce ? pkceFindings(document.code_challenge_methods_supported) : []),
    ...scopeFindings(document.scopes_supported, check),
  ]
}

/** Of every host that a login depends on. */
async function certificateFindings({
  connection,
  context,
  certificateEnds,
}: ConnectionCheck): Promise<readonly Finding[]> {
  const addresses =
    connection.type === 'oidc'
      ? await findProvider(connection, context.http, context.clock()).then(
          ({ metadata }) => [
            connection.metadataUrl ?? connection.issuer,
            metadata.authorizationEndpoint,
            metadata.tokenEndpoint,
            metadata.jwksUri,
          ],
          () => [connection.metadataUrl ?? connection.issuer],
        )
      : [connection.authorizationEndpoint, connection.tokenEndpoint, connection.userinfoEndpoint]
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))]
  const findings = origins.map(async (origin) => {
    const soon = expiresSoon(await certificateEnds(origin), context.clock())
    return soon ? [warning('certificate', 'idp.certificate', { origin, soon })] : []
  })
  return (await Promise.all(findings)).flat()
}

async function keysFindings(
  { jwksUri }: ProviderMetadata,
  { context }: ConnectionCheck,
): Promise<readonly Finding[]> {
  const response = await context.http.request('key set', jwksUri)
  const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined
  const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined
  const usable = Array.isArray(keys) ? keys.filter(isSignatureKey).length : 0
  if (usable > 0) return [ok('keys', 'idp.keys')]
  const reason = 'upstream_signature_invalid'
  return [problem(reason, 'idp.keys_missing', { remedy: { remedyOf: reason } })]
}

const isSignatureKey = (key: unknown) =>
  typeof key === 'object' &&
  key !== null &&
  'kty' in key &&
  ['RSA', 'EC', 'OKP'].includes(String(key.kty)) &&
  (!('use' in key) || key.use === 'sig')

function pkceFindings(supported: unknown): readonly Finding[] {
  if (!Array.isArray(supported) || supported.includes('S256')) return []
  return [warning('pkce', 'idp.pkce')]
}

/** Lists of supported scopes are often too short, so nothing can be concluded; what is refused, the login shows. */
function scopeFindings(supported: unknown, { connection, server }: ConnectionCheck): readonly Finding[] {
  if (!Array.isArray(supported)) return []
  const missing = askedScopes(connection, server).filter((scope) => !supported.includes(scope))
  return missing.length === 0
    ? [ok('scopes', 'idp.scopes')]
    : [warning('scopes', 'idp.scopes_unlisted', { scopes: quoted(missing.join(' ')) })]
}

/** Everything that a login through this server may ask of the identity provider. */
function askedScopes(connection: OAuthConnectionConfig, server: Server): readonly string[] {
  return [
    ...new Set([
      ...(connection.type === 'oidc' ? ['openid'] : []),
      ...connection.scopes,
      ...server.scopes.flatMap(({ upstreamScopes }) => upstreamScopes),
    ]),
  ]
}
