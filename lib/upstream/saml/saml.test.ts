import { beforeAll, describe, expect, it } from 'vitest'
import { receiveAssertion } from '@/lib/oauth/callback/receive-assertion'
import type { SamlAssertion } from '@/lib/oauth/ports/saml-assertions'
import { makeAuthority } from '../test-support/certificates'
import { expectFailure } from '../test-support/expect-failure'
import { attempt, LOGIN, upstreamWith } from '../test-support/log-in'
import {
  attribute,
  encoded,
  readRequest,
  type SamlTestProvider,
  type Statements,
  samlProvider,
} from '../test-support/saml-provider'
import { readSamlMetadata, type SamlConnection } from './metadata'

const ACS = 'https://vestibule.example/oauth/callback/conn-1'

let provider: SamlTestProvider
beforeAll(() => {
  provider = samlProvider('https://idp.example/sso')
})

const connection = (changes: Partial<SamlConnection> = {}): SamlConnection => ({
  type: 'saml',
  id: 'conn-1',
  organizationId: 'org-1',
  slug: 'idp',
  name: 'The provider',
  clientId: '',
  tokenEndpointAuthMethod: 'none',
  scopes: [],
  authorizationParameters: {},
  forwardResource: false,
  metadata: provider.metadata,
  claims: {},
  ...changes,
})

/** What is kept between the two requests, in memory. */
function installation(settings: SamlConnection = connection()) {
  const kept = new Map<string, SamlAssertion>()
  const spent = new Set<string>()
  const assertions = {
    save: async ({ hash, assertion }: { hash: string; assertion: SamlAssertion }) => {
      kept.set(hash, assertion)
    },
    take: async (hash: string) => {
      const found = kept.get(hash) ?? null
      kept.delete(hash)
      return found
    },
  }
  const upstream = upstreamWith(settings, { assertions })
  let ids = 0
  const ports = {
    upstream,
    samlAssertions: assertions,
    clock: () => new Date(),
    secrets: { id: () => `one-time-${ids++}` },
    assertionIds: {
      spend: async <T>(hash: string, _: Date, work: () => Promise<T>) => {
        if (spent.has(hash)) return null
        spent.add(hash)
        return { result: await work() }
      },
    },
  }
  const post = (xml: string, state: string) =>
    receiveAssertion('conn-1', new URLSearchParams({ SAMLResponse: encoded(xml), RelayState: state }), ports)
  return { upstream, post }
}

/** A login whose response a test makes. */
async function logIn(
  respond: (request: ReturnType<typeof readRequest>) => string,
  {
    settings,
    at = installation(settings),
  }: { settings?: SamlConnection; at?: ReturnType<typeof installation> } = {},
) {
  const secrets = attempt()
  const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...secrets }))
  const query = await at.post(respond(request), request.state)
  return at.upstream.complete('conn-1', query ?? new URLSearchParams(), secrets)
}

const saying = (says: Statements) => (request: ReturnType<typeof readRequest>) =>
  provider.respond(request, says)

describe('a login at a SAML provider', () => {
  it('knows the user by the NameID, with what the attributes say', async () => {
    const attributes = [
      attribute('mail', 'una@example.com'),
      attribute('displayName', 'Una User'),
      attribute('groups', 'editors', 'staff'),
    ].join('')
    const { identity, tokens } = await logIn(saying({ attributes }))
    expect(identity).toMatchObject({
      identitySource: 'connection:conn-1',
      subject: 'una',
      email: 'una@example.com',
      name: 'Una User',
      claims: { sub: 'una', groups: ['editors', 'staff'], sid: 's1', iat: expect.any(Number) },
    })
    expect(identity.authTime).toBeInstanceOf(Date)
    expect(tokens).toEqual({ accessToken: '' })
  })

  it('knows the user by an attribute where one is named', async () => {
    const says = {
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
      attributes: attribute('uid', 'u-1'),
    }
    const settings = connection({ claims: { subject: 'uid' } })
    expect((await logIn(saying(says), { settings })).identity.subject).toBe('u-1')
    await expectFailure(logIn(saying(says)), 'upstream_identity_missing')
  })

  it('is asked for as the client wishes', async () => {
    const { upstream } = installation()
    const url = new URL(await upstream.begin('conn-1', { ...LOGIN, ...attempt(), prompt: ['login'] }))
    expect(url.origin + url.pathname).toBe('https://idp.example/sso')
    expect(readRequest(url.href).acs).toBe(ACS)
  })
})

describe('under attack', () => {
  const evil = (xml: string) => xml.replace('>una</saml:NameID>', '>admin</saml:NameID>')

  it('an assertion that nobody signed logs nobody in', async () => {
    const unsigned = logIn((request) => provider.respond(request, {}, false))
    await expectFailure(unsigned, 'upstream_signature_invalid')
  })

  it('an assertion that was changed after it was signed logs nobody in', async () => {
    await expectFailure(
      logIn((request) => evil(provider.respond(request))),
      'upstream_signature_invalid',
    )
  })

  it('an assertion that another key signed logs nobody in', async () => {
    const { key } = makeAuthority().issue({ isRsa: true })
    const forged = logIn((request) => provider.signed(provider.respond(request, {}, false), 'sha256', key))
    await expectFailure(forged, 'upstream_signature_invalid')
  })

  it('an assertion that is signed with SHA-1 logs nobody in', async () => {
    const weak = logIn((request) => provider.signed(provider.respond(request, {}, false), 'sha1'))
    await expectFailure(weak, 'upstream_signature_invalid')
  })

  const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
  it.each<[string, (signed: string, forged: string) => string]>([
    ['before it', (signed, forged) => signed.replace(ASSERTION, (own) => forged + own)],
    ['behind it', (signed, forged) => signed.replace(ASSERTION, (own) => own + forged)],
    [
      'around it',
      (signed, forged) =>
        signed.replace(ASSERTION, (own) => forged.replace('</saml:Assertion>', `${own}</saml:Assertion>`)),
    ],
    [
      'with the signed one in its signature',
      (signed, forged) =>
        signed.replace(ASSERTION, (own) => {
          const [signature = ''] = /<Signature[\s\S]*<\/Signature>/.exec(own) ?? []
          const object = `<Object>${own.replace(signature, '')}</Object></Signature>`
          return forged.replace(
            '</saml:Issuer>',
            `</saml:Issuer>${signature.replace('</Signature>', object)}`,
          )
        }),
    ],
    [
      'in place of the signed one, which hides in an extension',
      (signed, forged) =>
        signed.replace(ASSERTION, (own) => `<samlp:Extensions>${own}</samlp:Extensions>${forged}`),
    ],
  ])('signature wrapping: a forged assertion %s logs nobody in', async (_, wrap) => {
    for (const sameId of [true, false]) {
      const wrapped = logIn((request) => {
        const signed = provider.respond(request, { id: '_signed' })
        const unsigned = provider.respond(request, { id: sameId ? '_signed' : '_forged' }, false)
        return wrap(signed, ASSERTION.exec(evil(unsigned))?.[0] ?? '')
      })
      await expect(wrapped).rejects.toMatchObject({
        reason: expect.stringMatching(/^upstream_(signature|response)_invalid$/),
      })
    }
  })

  it.each<[string, Statements, string]>([
    ['is for another client', { audience: 'https://other.example' }, 'upstream_audience_mismatch'],
    ['is confirmed for another address', { recipient: `${ACS}x` }, 'upstream_audience_mismatch'],
    ['is of another provider', { issuer: 'https://evil.example' }, 'upstream_issuer_mismatch'],
    ['has expired', { endsIn: -61, issuedIn: -120 }, 'upstream_token_expired'],
    ['was issued long ago, whatever its end', { issuedIn: -700, endsIn: 9_999 }, 'upstream_token_expired'],
    ['is of the future', { issuedIn: 100 }, 'upstream_token_expired'],
    ['answers another request', { inResponseTo: '_another' }, 'upstream_nonce_mismatch'],
  ])('an assertion that %s logs nobody in', async (_, says, reason) => {
    await expectFailure(logIn(saying(says)), reason as 'upstream_error')
  })

  it('an assertion that nobody asked for logs nobody in', async () => {
    const unasked = logIn(({ acs }) => provider.respond({ acs }))
    await expectFailure(unasked, 'upstream_nonce_mismatch')
  })

  it('a response that is replayed logs nobody in, nor does its one-time id', async () => {
    const at = installation()
    const secrets = attempt()
    const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...secrets }))
    const xml = provider.respond(request)
    const first = await at.post(xml, request.state)
    const again = await at.post(xml, request.state)
    expect(again?.get('error')).toBe('replayed')
    await at.upstream.complete('conn-1', first ?? new URLSearchParams(), secrets)
    await expectFailure(
      at.upstream.complete('conn-1', first ?? new URLSearchParams(), secrets),
      'upstream_response_invalid',
    )
  })

  it('a response in the login of another browser logs nobody in', async () => {
    const at = installation()
    const [victim, attacker] = [attempt(), attempt()]
    const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...attacker }))
    const query = await at.post(provider.respond(request), victim.state)
    await expectFailure(
      at.upstream.complete('conn-1', query ?? new URLSearchParams(), victim),
      'upstream_nonce_mismatch',
    )
  })

  it('entities are neither expanded nor fetched', async () => {
    for (const type of [
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY e "&b;&b;">]>',
    ]) {
      const expanded = logIn((request) => type + provider.respond(request, { nameId: '&e;' }, false))
      await expectFailure(expanded, 'upstream_response_invalid')
      expect(readSamlMetadata(type + provider.metadata)).toBeNull()
    }
  })

  it('a comment within the NameID does not make it another', async () => {
    const { identity } = await logIn((request) =>
      provider
        .respond(request, { nameId: 'admin@example.com.evil.example' })
        .replace('admin@example.com.evil', 'admin@example.com<!-- -->.evil'),
    )
    expect(identity.subject).toBe('admin@example.com.evil.example')
  })

  it.each([
    '',
    'PHg+',
    'not base64',
    encoded('<a>'.repeat(20_000)),
    encoded('<a b="</a>">'.repeat(20_000)),
    encoded('<a><!--</a>-->'.repeat(20_000)),
    encoded('{}'),
  ])('what is no response at all (%#) is refused', async (response) => {
    const { upstream } = installation()
    expect(await upstream.receive('conn-1', response)).toHaveProperty('failure')
  })

  it('a provider that refuses is told apart', async () => {
    const status = (request: ReturnType<typeof readRequest>, code: string) =>
      provider
        .respond(request, {}, false)
        .replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '')
        .replace(
          'status:Success"/>',
          `status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"/></samlp:StatusCode>`,
        )
    await expectFailure(
      logIn((request) => status(request, 'AuthnFailed')),
      'upstream_denied',
    )
    await expectFailure(
      logIn((request) => status(request, 'RequestUnsupported')),
      'upstream_error',
    )
  })
})
