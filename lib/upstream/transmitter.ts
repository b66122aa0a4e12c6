import type { RemoteJWKSet } from 'jose'
import type { ConnectionConfig } from './connection-config'
import { keysForSentAt, remembered } from './discovery-cache'
import { invalidResponse, readJsonObject, statusFailure } from './failure'
import type { UpstreamHttp } from './upstream-http'

type Transmitter = NonNullable<ConnectionConfig['signals']>

/**
 * The keys of a Shared Signals transmitter: where they are configured to lie, or where its metadata says
 * (Shared Signals §7.2).
 *
 * @throws UpstreamError
 */
export function transmitterKeys(
  { issuer, jwksUri }: Transmitter,
  http: UpstreamHttp,
  now: Date,
): Promise<RemoteJWKSet> {
  const name = `${http.reach} ${jwksUri ?? issuer}`
  return remembered('transmitters', name, now, async () =>
    keysForSentAt(jwksUri ?? (await discoverKeys(issuer, http)), http),
  )
}

async function discoverKeys(issuer: string, http: UpstreamHttp): Promise<string> {
  const { origin, pathname } = http.checkUrl(issuer, 'metadata')
  const url = `${origin}/.well-known/ssf-configuration${pathname.replace(/\/$/, '')}`
  const response = await http.request('metadata', url, { headers: { accept: 'application/json' } })
  if (response.status !== 200) throw statusFailure('metadata', response.status)
  const { issuer: named, jwks_uri: uri } = await readJsonObject('metadata', response)
  if (named !== issuer || typeof uri !== 'string') throw invalidResponse('metadata', 'lacks a valid jwks_uri')
  return http.checkUrl(uri, 'key set').href
}
