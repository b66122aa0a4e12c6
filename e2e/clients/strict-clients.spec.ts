import * as oauth from 'oauth4webapi'
import * as oidc from 'openid-client'
import { approachCallback, locationOf, newClientId, obtainCode, REDIRECT } from '../support/attack-login'
import { obtainTokens } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, test } from '../support/test'
import { RESOURCE_SECRET, type World } from '../support/world'

/**
 * Libraries that we did not write, and that throw at whatever an RFC does not allow. Here every response goes through
 * them; the official MCP clients are in mcp-client.spec.ts.
 */
type Kind = keyof World['issuers']
const KINDS: readonly Kind[] = ['root', 'path', 'host']

type FetchOptions = {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const localFetch = (url: string, { method, headers, body }: FetchOptions) =>
  hostFetch(url, {
    ...(method && { method }),
    ...(headers && { headers }),
    ...((typeof body === 'string' || body instanceof URLSearchParams) && { body }),
  })

const LOCAL = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: localFetch } as const

const METADATA = { client_name: 'Strict', redirect_uris: [REDIRECT] }

/** How a library looks for the metadata. */
const ALGORITHMS = ['oauth2', 'oidc'] as const

async function discover(issuer: string, algorithm: (typeof ALGORITHMS)[number] = 'oauth2') {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...LOCAL, algorithm }))
}

async function registerAt(as: oauth.AuthorizationServer, metadata: object): Promise<oauth.Client> {
  const response = await oauth.dynamicClientRegistrationRequest(as, { ...METADATA, ...metadata }, LOCAL)
  return oauth.processDynamicClientRegistrationResponse(response)
}

/** The user's part: from the URL that the client opens to the one that it is called with. */
async function visit(world: World, url: string): Promise<URL> {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, url)
  return new URL(locationOf(await visitor.go(callback)))
}

/** A login by hand: state, `iss` and the token response are the library's to judge. */
async function logIn(
  world: World,
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
) {
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
  const url = authorizeUrl(as.issuer, {
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    state,
  })
  const parameters = oauth.validateAuthResponse(as, client, await visit(world, url), state)
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    parameters,
    REDIRECT,
    verifier,
    LOCAL,
  )
  return oauth.processAuthorizationCodeResponse(as, client, response)
}

const refresh = async (
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
) =>
  oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, authentication, token, LOCAL),
  )

test.describe('oauth4webapi', () => {
  for (const kind of KINDS)
    for (const algorithm of ALGORITHMS)
      test(`lives a whole life at the ${kind} issuer, found by ${algorithm}`, async ({ world }) => {
        const as = await discover(world.issuers[kind], algorithm)
        const client = await registerAt(as, { token_endpoint_auth_method: 'none' })
        const tokens = await logIn(world, as, client, oauth.None())
        expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 })

        const request = new Request(world.resources[kind], {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        })
        const claims = await oauth.validateJwtAccessToken(as, request, world.resources[kind], LOCAL)
        expect(claims).toMatchObject({ client_id: client.client_id, scope: tokens.scope })

        const next = await refresh(as, client, oauth.None(), tokens.refresh_token ?? '')
        expect(next.refresh_token).not.toBe(tokens.refresh_token)
        const revoked = await oauth.revocationRequest(
          as,
          client,
          oauth.None(),
          next.refresh_token ?? '',
          LOCAL,
        )
        await oauth.processRevocationResponse(revoked)
        await expect(refresh(as, client, oauth.None(), next.refresh_token ?? '')).rejects.toMatchObject({
          code: oauth.RESPONSE_BODY_ERROR,
          status: 400,
          error: 'invalid_grant',
        })
      })

  const methods = { client_secret_basic: oauth.ClientSecretBasic, client_secret_post: oauth.ClientSecretPost }
  for (const [method, prove] of Object.entries(methods))
    test(`proves itself by ${method}, and understands when it is wrong`, async ({ world }) => {
      const as = await discover(world.issuers.root)
      const client = await registerAt(as, { token_endpoint_auth_method: method })
      const proof = prove(String(client.client_secret))
      const { refresh_token = '' } = await logIn(world, as, client, proof)
      expect((await refresh(as, client, proof, refresh_token)).token_type).toBe('bearer')
      await expect(refresh(as, client, prove('wrong'), refresh_token)).rejects.toMatchObject(
        method === 'client_secret_basic'
          ? { status: 401, cause: [{ scheme: 'basic', parameters: { realm: expect.any(String) } }] }
          : { status: 401, error: 'invalid_client' },
      )
    })

  test('signs for its tokens', async ({ world }) => {
    const as = await discover(world.issuers.root)
    const { publicKey, privateKey } = await oauth.generateKeyPair('ES256')
    const jwks = { keys: [await crypto.subtle.exportKey('jwk', publicKey)] }
    const client = await registerAt(as, { token_endpoint_auth_method: 'private_key_jwt', jwks })
    const { refresh_token = '' } = await logIn(world, as, client, oauth.PrivateKeyJwt(privateKey))
    const next = await refresh(as, client, oauth.PrivateKeyJwt(privateKey), refresh_token)
    expect(next.token_type).toBe('bearer')
  })

  test('asks about tokens as the resource server, which encodes its credential as the RFC says', async ({
    world,
  }) => {
    const as = await discover(world.issuers.root)
    const client = await registerAt(as, { token_endpoint_auth_method: 'none' })
    const { access_token } = await logIn(world, as, client, oauth.None())
    const resourceServer = { client_id: 'first' }
    const introspect = async (token: string, secret = RESOURCE_SECRET) => {
      const proof = oauth.ClientSecretBasic(secret)
      const response = await oauth.introspectionRequest(as, resourceServer, proof, token, LOCAL)
      return oauth.processIntrospectionResponse(as, resourceServer, response)
    }
    expect(await introspect(access_token)).toMatchObject({ active: true, client_id: client.client_id })
    expect(await introspect('vst_at_unknown')).toEqual({ active: false })
    await expect(introspect(access_token, 'wrong')).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic' }],
    })
  })

  test('gets its error by redirect, with the issuer', async ({ world }) => {
    const as = await discover(world.issuers.root)
    const client = await registerAt(as, { token_endpoint_auth_method: 'none' })
    const url = authorizeUrl(as.issuer, {
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      state: 'the-state',
    })
    const back = new URL(locationOf(await hostFetch(url)))
    const read = (changes: Record<string, string>, state = 'the-state') => {
      const changed = new URL(back)
      for (const [name, value] of Object.entries(changes)) changed.searchParams.set(name, value)
      return () => oauth.validateAuthResponse(as, client, changed, state)
    }
    expect(read({})).toThrow(expect.objectContaining({ error: 'invalid_request' }))
    // The library does look: an answer that was mixed up is not even read as an error.
    expect(read({ iss: `${as.issuer}/` })).toThrow(/"iss"/)
    expect(read({}, 'another')).toThrow(/"state"/)
  })

  test('reads what a registration that was refused says', async ({ world }) => {
    const as = await discover(world.issuers.root)
    await expect(registerAt(as, { redirect_uris: ['javascript:alert(1)'] })).rejects.toMatchObject({
      code: oauth.RESPONSE_BODY_ERROR,
      status: 400,
      error: 'invalid_redirect_uri',
    })
  })

  for (const kind of ['path', 'host'] as const)
    test(`finds the ${kind} issuer from its resource (RFC 9728)`, async ({ world }) => {
      const resource = new URL(world.resources[kind])
      const response = await oauth.resourceDiscoveryRequest(resource, LOCAL)
      const metadata = await oauth.processResourceDiscoveryResponse(resource, response)
      expect(metadata.authorization_servers).toEqual([world.issuers[kind]])
    })
})

test('a client that asks for no ID token this time gets none', async ({ world }) => {
  const { root } = world.issuers
  const clientId = await newClientId(root)
  for (const [scope, expected] of [
    ['openid profile:read', true],
    ['notes:write', false],
  ] as const) {
    const login = await obtainCode(world, { clientId, parameters: { scope } })
    const tokens = await obtainTokens(root, login)
    expect('id_token' in tokens, scope).toBe(expected)
  }
})

test.describe('openid-client', () => {
  for (const kind of KINDS)
    for (const algorithm of ALGORITHMS)
      test(`lives a whole life at the ${kind} issuer, found by ${algorithm}`, async ({ world }) => {
        const configuration = await oidc.discovery(
          new URL(world.issuers[kind]),
          'cli',
          undefined,
          oidc.None(),
          { algorithm, execute: [oidc.allowInsecureRequests], [oidc.customFetch]: localFetch },
        )
        const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()]
        const url = oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: REDIRECT,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
        })
        const tokens = await oidc.authorizationCodeGrant(configuration, await visit(world, url.href), {
          pkceCodeVerifier: verifier,
          expectedState: state,
        })
        const next = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
        expect(next.refresh_token).not.toBe(tokens.refresh_token)
        expect(next.expiresIn()).toBeGreaterThan(3500)
        await oidc.tokenRevocation(configuration, next.refresh_token ?? '')
        await expect(oidc.refreshTokenGrant(configuration, next.refresh_token ?? '')).rejects.toMatchObject({
          error: 'invalid_grant',
        })
      })
})
