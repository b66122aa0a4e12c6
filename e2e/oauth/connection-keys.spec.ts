import { startIdentityProvider } from '../../sandbox/identity-provider'
import { approachCallback, REDIRECT, redirectQuery } from '../support/attack-login'
import { newSlug } from '../support/attack-server'
import { obtainTokens } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { oneServer } from '../support/one-server'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

const keysUrl = ({ app }: World, id: string) => `${app.url}/oauth/connections/${id}/jwks`

/** A customer whose connection proves itself by a signature. */
async function newCustomer(world: World, issuer: string, slug = newSlug()): Promise<string> {
  const connection = [
    'type: oidc',
    `issuer: ${issuer}`,
    'client_id: vestibule',
    'token_endpoint_auth_method: private_key_jwt',
  ]
  await (await world.inside()).apply(oneServer({ slug, connection }))
  return slug
}

test('a real identity provider reads the keys of a connection here, and takes what they sign', async ({
  world,
}) => {
  const slug = newSlug()
  const fetched: string[] = []
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'somebody-else',
    clientSecret: 'another secret of the tests, long enough',
    redirectUris: ['https://other.example/callback'],
    // By itself it asks no machine that is not in the internet.
    configuration: {
      fetch: (url, options) => {
        fetched.push(String(url))
        return fetch(url, { ...options, dispatcher: undefined } as RequestInit)
      },
    },
    extraClients: [
      {
        client_id: 'vestibule',
        redirect_uris: [`${world.app.url}/oauth/callback/${slug}`],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks_uri: keysUrl(world, slug),
      },
    ],
  })
  try {
    await newCustomer(world, idp.issuer, slug)
    const issuer = `${world.app.url}/s/${slug}`
    const { challenge, verifier } = makePkce()
    const visitor = newVisitor()
    const url = authorizeUrl(issuer, { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge })
    const { callback } = await approachCallback(world, visitor, url)
    const back = await visitor.go(callback)
    expect(back.status, await back.clone().text()).toBe(303)
    const code = redirectQuery(back).get('code') ?? ''
    const login = { code, verifier, clientId: 'cli', redirectUri: REDIRECT, reference: '' }
    expect((await obtainTokens(issuer, login)).access_token).not.toBe('')
    expect(fetched).toEqual([keysUrl(world, slug)])
  } finally {
    await idp.close()
  }
})

test('only public halves of the connection’s own keys are there, and may be kept', async ({ world }) => {
  const [one, other] = [
    await newCustomer(world, world.idp.issuer),
    await newCustomer(world, world.idp.issuer),
  ]
  const response = await fetch(keysUrl(world, one))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/(jwk-set\+)?json/)
  expect(response.headers.get('cache-control')).toMatch(/^public, max-age=[1-9]\d+$/)
  const { keys } = await response.json()
  expect(keys.length).toBeGreaterThanOrEqual(2)
  for (const key of keys) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })
  }
  const others = (await (await fetch(keysUrl(world, other))).json()).keys
  const kids = [...keys, ...others].map(({ kid }: { kid: string }) => kid)
  expect(new Set(kids).size).toBe(kids.length)
  expect((await (await fetch(keysUrl(world, one))).json()).keys).toEqual(keys)
})

test('of a connection that there is not, or at another host, nothing is said', async ({ world }) => {
  const slug = await newCustomer(world, world.idp.issuer)
  for (const id of ['none', 'none%2F..%2F', `${slug}x`, ''])
    expect((await fetch(keysUrl(world, id))).status).toBe(404)
  const elsewhere = `${world.issuers.host}/oauth/connections/${slug}/jwks`
  expect((await hostFetch(elsewhere)).status).toBe(404)
  expect((await fetch(keysUrl(world, slug), { method: 'POST' })).status).toBe(405)
})
