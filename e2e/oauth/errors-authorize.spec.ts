import { expectPage, expectRedirectedError } from '../support/attack-answers'
import { newClientId, obtainCode, REDIRECT } from '../support/attack-login'
import { obtainTokens } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'

/** A sound request with changes; one to undefined leaves the parameter out. */
type Changes = Readonly<Record<string, string | undefined>>

/** Errors that are shown, because there is no validated client (RFC 6749 §4.1.2.1). */
const SHOWN: readonly (readonly [what: string, changes: Changes, error: string])[] = [
  ['no client', { client_id: undefined }, 'invalid_request'],
  ['an unknown client', { client_id: 'unknown' }, 'invalid_client'],
  ['a client that cannot be one', { client_id: 'https://' }, 'invalid_client'],
  ['a redirect URI of others', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
  ['a redirect URI that is none', { redirect_uri: 'nowhere' }, 'invalid_request'],
]

const asked = () => ({ client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge })

for (const [what, changes, error] of SHOWN)
  test(`authorize: ${what} is shown as ${error}`, async ({ world }) => {
    for (const issuer of Object.values(world.issuers)) {
      const response = await newVisitor().go(authorizeUrl(issuer, { ...asked(), ...changes }))
      expect(await expectPage(response, 400)).toContain(`<bdi>${error}: `)
    }
  })

test('authorize: a redirect URI may be left out by a client that has one, and by no other', async ({
  world,
}) => {
  const { root } = world.issuers
  const metadata = { token_endpoint_auth_method: 'none' }
  const one = await register(root, { ...metadata, redirect_uris: [REDIRECT] })
  const two = await register(root, { ...metadata, redirect_uris: [REDIRECT, `${REDIRECT}/2`] })
  const ask = ({ client_id }: Record<string, string>) =>
    newVisitor().go(authorizeUrl(root, { ...asked(), client_id, redirect_uri: undefined }))
  expect((await ask(one)).status).toBe(303)
  await expectPage(await ask(two), 400)
})

/** Errors that are redirected to the client (RFC 6749 §4.1.2.1, RFC 8707 §2), each issuer in its own name. */
const REDIRECTED: readonly (readonly [what: string, changes: Changes, error: string])[] = [
  ['no response type', { response_type: undefined }, 'invalid_request'],
  ['a response type of old', { response_type: 'token' }, 'unsupported_response_type'],
  ['a response mode that nobody knows', { response_mode: 'carrier_pigeon' }, 'invalid_request'],
  ['no challenge', { code_challenge: undefined }, 'invalid_request'],
  ['a challenge without its method', { code_challenge_method: undefined }, 'invalid_request'],
  ['a challenge that is none', { code_challenge: 'x' }, 'invalid_request'],
  ['the resource of others', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
  ['a resource that is none', { resource: 'notes' }, 'invalid_target'],
]

for (const [what, changes, error] of REDIRECTED)
  test(`authorize: ${what} is reported as ${error}`, async ({ world }) => {
    for (const issuer of Object.values(world.issuers)) {
      const url = authorizeUrl(issuer, { ...asked(), state: 'the-state', ...changes })
      const response = await newVisitor().go(url)
      expectRedirectedError(response, { error, redirectUri: REDIRECT, state: 'the-state', issuer })
      expect(response.headers.get('cache-control')).toContain('no-store')
      const description = new URL(response.headers.get('location') ?? '').searchParams.get(
        'error_description',
      )
      expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    }
  })

test('authorize: an error has no state where the client sent none', async ({ world }) => {
  const url = authorizeUrl(world.issuers.root, { ...asked(), response_type: undefined, state: undefined })
  const location = (await newVisitor().go(url)).headers.get('location') ?? ''
  expect([...new URL(location).searchParams.keys()]).toEqual(['error', 'error_description', 'iss'])
})

test('authorize: an unknown scope is no error, it is not granted', async ({ world }) => {
  const clientId = await newClientId(world.issuers.root)
  const login = await obtainCode(world, { clientId, parameters: { scope: 'unknown profile:read "' } })
  expect((await obtainTokens(world.issuers.root, login)).scope).toBe('profile:read')
})

test('pages and redirects of the login say 405 as well, and let no script read it', async ({ world }) => {
  const paths = ['/oauth/authorize', '/oauth/consent/open', '/oauth/callback/main-idp']
  for (const path of paths)
    for (const method of ['PUT', 'DELETE']) {
      const response = await hostFetch(world.issuers.root + path, { method })
      expect(response.status, `${method} ${path}`).toBe(405)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
})

test('authorize: an issuer that is none of ours is a page as well', async ({ world }) => {
  const unknown = `${world.issuers.root}/s/unknown`
  await expectPage(await newVisitor().go(authorizeUrl(unknown, asked())), 404)
})
