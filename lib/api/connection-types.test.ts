import { expect, it } from 'vitest'
import type { ConnectionSettings } from '@/lib/configuration/schema/settings'
import type { Json } from '@/lib/configuration/schema/wire'
import { samlProvider } from '@/lib/upstream/test-support/saml-provider'
import { testApi } from './test-support/api'

const { apply, call, newKey } = testApi()

const CLIENT = { client_id: 'v', token_endpoint_auth_method: 'private_key_jwt' }
const SIGNALS = { issuer: 'https://transmitter.example', audience: 'us' }

/** One of each type, with more than it needs. */
const CONNECTIONS: Readonly<Record<ConnectionSettings['type'], Readonly<Record<string, Json>>>> = {
  oidc: { issuer: 'https://login.example', ...CLIENT, signals: SIGNALS, scim_match: 'email' },
  oauth2: {
    authorization_endpoint: 'https://login.example/authorize',
    token_endpoint: 'https://login.example/token',
    userinfo_endpoint: 'https://login.example/user',
    ...CLIENT,
  },
  saml: {
    metadata: samlProvider('https://login.example/sso').metadata,
    sign_requests: true,
    signals: SIGNALS,
  },
  platform: {},
}

/** What an identity provider is told, besides where its users come back to: as the page of the connection has it. */
const TOLD: Readonly<Record<ConnectionSettings['type'], readonly string[]>> = {
  oidc: ['callback_url', 'signals_url', 'backchannel_logout_url', 'jwks_url'],
  oauth2: ['callback_url', 'signals_url', 'jwks_url'],
  saml: ['callback_url', 'signals_url', 'saml_metadata_url'],
  platform: [],
}

// That each answer is as the OpenAPI document says, `call` makes sure of.
it.each(Object.entries(CONNECTIONS))(
  'a connection of the type %s is answered as the document says, and what was read can be sent back',
  async (type, settings) => {
    await apply()
    const key = await newKey('acme')
    const address = `/organizations/acme/connections/of-type-${type}`
    const made = await call('PUT', address, { key, body: { type, ...settings } })
    expect(made.status).toBe(201)
    const read = await call('GET', address, { key })
    expect(read.body).toMatchObject({ type, ...settings })
    const addresses = Object.keys(read.body).filter(
      (name) => name.endsWith('_url') && name !== 'metadata_url',
    )
    expect(addresses.toSorted()).toEqual(TOLD[type as ConnectionSettings['type']].toSorted())
    for (const name of addresses) expect(read.body[name]).toMatch(/^https:\/\/auth\.example\.com\//)
    expect(read.body.has_scim_token).toBe(type === 'platform' ? undefined : false)
    const again = await call('PUT', address, { key, body: read.body })
    expect([again.status, again.body]).toEqual([200, read.body])
    const listed = await call('GET', '/organizations/acme/connections', { key })
    expect(listed.body.items).toContainEqual(read.body)
  },
)
