import { afterEach, describe, expect, it } from 'vitest'
import { REMEDIES } from '@/lib/logins/remedies'
import type { OAuthConnectionConfig } from '@/lib/upstream/connection-config'
import { logIn, oauth2Connection, oidcConnection, upstreamWith } from '@/lib/upstream/test-support/log-in'
import {
  type Answer,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { examineConnection } from './connection'
import { sayFindings } from './said-finding'
import { serverFor } from './test-support/server'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function start(how: Misbehaviour) {
  const provider = await startMisbehavingProvider(how)
  stops.push(provider.stop)
  return provider
}

async function complaints(connection: OAuthConnectionConfig) {
  const http = upstreamHttp({ allowLoopback: true, timeout: 2_000 })
  const callbackUrl = 'https://vestibule.example/oauth/callback/conn-1'
  const context = { http, callbackUrl, clock: () => new Date() }
  const findings = await examineConnection({
    connection,
    server: serverFor('https://mcp.example/mcp'),
    context,
    certificateEnds: async () => undefined,
  })
  return sayFindings(findings, 'en').filter(({ verdict }) => verdict !== 'ok')
}

describe('a provider', () => {
  const REFUSALS: readonly Answer[] = [
    { status: 400, body: { error: 'invalid_request' } },
    { status: 400, body: { error: 'unauthorized_client' } },
    { status: 400, body: '<p>Client authentication failed</p>' },
    { status: 400 },
    { status: 401, body: { error: 'raw upstream text' } },
    { status: 403, body: '<p>raw upstream text</p>' },
    { status: 404, body: { error: 'invalid_client' } },
    { status: 422, body: { error: 'missing_secret' } },
  ]

  it.each(REFUSALS.map((refusal) => [JSON.stringify(refusal), refusal] as const))(
    'that refuses Basic with %s is named, with the method that works',
    async (_, refusesBasic) => {
      const provider = await start({ refusesBasic })
      for (const connection of [oidcConnection(provider), oauth2Connection(provider)]) {
        const findings = await complaints(connection)
        expect(findings).toMatchObject([
          { verdict: 'problem', remedy: expect.stringContaining('connection to client_secret_post') },
        ])
        const login = logIn(upstreamWith(connection))
        await expect(login).rejects.toMatchObject({ reason: findings[0]?.check })
        expect(await complaints({ ...connection, tokenEndpointAuthMethod: 'client_secret_post' })).toEqual([])
      }
    },
  )

  it.each(['authorize', 'token'] as const)(
    'that stumbles over PKCE at %s is named as by a login',
    async (at) => {
      const provider = await start({ refusesPkce: at, userinfo: { id: '1', sub: 'user-1' } })
      for (const connection of [oidcConnection(provider), oauth2Connection(provider)]) {
        const found = { check: 'upstream_pkce_rejected', remedy: REMEDIES.upstream_pkce_rejected }
        expect(await complaints(connection)).toMatchObject([found])
        await expect(logIn(upstreamWith(connection))).rejects.toMatchObject({ reason: found.check })
        const without = { ...connection, pkce: false }
        expect(await complaints(without)).toEqual([])
        expect((await logIn(upstreamWith(without))).tokens.accessToken).not.toBe('')
      }
    },
  )
})
