import { randomBytes } from 'node:crypto'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { type ProviderKey, signIdToken } from '@/lib/upstream/test-support/provider-keys'
import { obtainCode } from './attack-login'
import { addServer, type ExtraServer } from './attack-server'
import { obtainTokens, type Tokens } from './attack-tokens'
import { expect } from './test'
import type { World } from './world'

export const newName = () => randomBytes(6).toString('hex')
export const now = () => Math.floor(Date.now() / 1000)

export type Leaving = Awaited<ReturnType<typeof startLeaving>>

/** A customer whose identity provider tells who has left, and a second instance that hears of nothing. */
export async function startLeaving(world: World) {
  const provider = await startMisbehavingProvider()
  const server = await addServer(world, provider, ['token_format: opaque'])
  const sibling = await world.sibling()
  const made = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'leaving'])
  const key = /vst_key_[\w-]+/.exec(made.stdout)?.[0] ?? ''

  const post = (path: string, form: Record<string, string>, headers = {}, at = server) =>
    sibling.fetch(`/s/${at.slug}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })

  const refreshed = async (refresh_token: string, at = server) =>
    (
      await post('/oauth/token', { grant_type: 'refresh_token', client_id: 'cli', refresh_token }, {}, at)
    ).json()

  async function api(method: string, path: string, body?: object, at: ExtraServer = server) {
    const response = await fetch(`${world.app.url}/api/v1/organizations/${at.slug}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(response.status).toBeLessThan(300)
    return response.status === 204 ? undefined : response.json()
  }

  return {
    provider,
    server,
    api,
    /** At the other instance. */
    post,
    refreshed,
    /** A connection takes signals from now on, which `sign` signs. */
    async takeSignals(at: ExtraServer = server) {
      const { signals_url: audience, ...connection } = await api('GET', '/connections/main', undefined, at)
      const issuer = 'https://transmitter.example'
      const signals = { issuer, audience, jwks_uri: `${provider.origin}/jwks` }
      await api('PUT', '/connections/main', { ...connection, signals }, at)
      return { issuer, audience: String(audience) }
    },
    async logIn(sub: string, at: ExtraServer = server, claims = {}): Promise<Tokens> {
      provider.misbehave({ idTokenClaims: { sub, sid: `of ${sub}`, ...claims } })
      return obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
    },
    /** What the other instance says of a user's tokens; the refresh token is tried last. */
    async aliveAt({ access_token: token, refresh_token }: Tokens, at: ExtraServer = server) {
      const headers = { authorization: `Bearer ${at.resourceSecret}` }
      const { active } = await (await post('/oauth/introspect', { token }, headers, at)).json()
      return active ? { active } : { active, refresh: (await refreshed(refresh_token, at)).error }
    },
    sign: (claims: object, typ: string, by: ProviderKey = 'rs256') =>
      signIdToken({ iat: now(), jti: newName(), ...claims }, by, {
        clientSecret: provider.clientSecret,
        withoutKeyId: false,
        typ,
      }),
    async stop() {
      await sibling.stop()
      await provider.stop()
    },
  }
}

/** A provisioning client. */
export const scimAt = ({ token, url }: { readonly token: string; readonly url: string }) => {
  return (method: string, path: string, body: object, by = token) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    })
}

export const GONE = { active: false, refresh: 'invalid_grant' }
