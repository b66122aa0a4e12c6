import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { receiveAssertion } from '@/lib/oauth/callback/receive-assertion'
import { makeAuthority } from '../test-support/certificates'
import { expectFailure } from '../test-support/expect-failure'
import { attempt, LOGIN } from '../test-support/log-in'
import { ACS, samlConnection, samlLogins } from '../test-support/saml-login'
import {
  encoded,
  readRequest,
  type SamlTestProvider,
  type Statements,
  samlProvider,
} from '../test-support/saml-provider'
import { readSamlMetadata, type SamlConnection } from './metadata'

let provider: SamlTestProvider
let logins: ReturnType<typeof samlLogins>
beforeAll(() => {
  provider = samlProvider('https://idp.example/sso')
  logins = samlLogins(provider, receiveAssertion)
})

const connection = (changes: Partial<SamlConnection> = {}) => samlConnection(provider, changes)
const installation = () => logins.installation()
const logIn = (...login: Parameters<typeof logins.logIn>) => logins.logIn(...login)
const saying = (says: Statements) => logins.saying(says)

describe('under attack', () => {
  const evil = (xml: string) => xml.replace('>una</saml:NameID>', '>admin</saml:NameID>')

  it('an assertion that nobody signed logs nobody in', async () => {
    const unsigned = logIn((request) => provider.respond(request, {}, false))
    await expectFailure(unsigned, 'upstream_assertion_signature')
  })

  it('an assertion that is signed as a part of its response alone logs nobody in', async () => {
    const whole = logIn((request) => provider.signedAsWhole(provider.respond(request, {}, false)))
    await expectFailure(whole, 'upstream_assertion_signature')
  })

  it('an assertion that was changed after it was signed logs nobody in', async () => {
    await expectFailure(
      logIn((request) => evil(provider.respond(request))),
      'upstream_assertion_signature',
    )
  })

  it('an assertion that another key signed logs nobody in', async () => {
    const { key } = makeAuthority().issue({ isRsa: true })
    const forged = logIn((request) => provider.signed(provider.respond(request, {}, false), 'sha256', key))
    await expectFailure(forged, 'upstream_assertion_signature')
  })

  it('an assertion that is signed with SHA-1 logs nobody in', async () => {
    const weak = logIn((request) => provider.signed(provider.respond(request, {}, false), 'sha1'))
    await expectFailure(weak, 'upstream_assertion_signature')
  })

  it('a digest by SHA-1 counts as little, however it is spelled', async () => {
    for (const spelled of ['xmldsig#sha1', 'xmldsig#&#115;ha1']) {
      const weak = logIn((request) =>
        provider
          .signed(provider.respond(request, {}, false), 'sha256', undefined, 'sha1')
          .replace('xmldsig#sha1', spelled),
      )
      expect(await expectFailure(weak, 'upstream_assertion_signature')).toContain('SHA-1')
    }
  })

  it('the public certificate is no secret to sign with (HMAC)', async () => {
    const confused = logIn((request) => {
      const claimed = evil(provider.respond(request)).replace(
        'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
      )
      const [info = ''] = /<SignedInfo>[\s\S]*<\/SignedInfo>/.exec(claimed) ?? []
      const canonical = info
        .replace('<SignedInfo>', '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">')
        .replace(/<(\w+)([^<>]*)\/>/g, '<$1$2></$1>')
      const secret = `-----BEGIN CERTIFICATE-----\n${provider.certificate}\n-----END CERTIFICATE-----`
      const value = createHmac('sha256', secret).update(canonical).digest('base64')
      return claimed.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${value}`)
    })
    expect(await expectFailure(confused, 'upstream_assertion_signature')).toContain('an algorithm')
  })

  it('a certificate that comes along with the signature is not asked', async () => {
    const attacker = samlProvider('https://idp.example/sso')
    const forged = logIn((request) => {
      const info = `<KeyInfo><X509Data><X509Certificate>${attacker.certificate}</X509Certificate></X509Data></KeyInfo>`
      return attacker.respond(request).replace('</Signature>', `${info}</Signature>`)
    })
    await expectFailure(forged, 'upstream_assertion_signature')
  })

  it('metadata with the certificate of another provider lets none of this one in', async () => {
    const { certificate } = samlProvider('https://idp.example/sso')
    const metadata = provider.metadata.replace(provider.certificate, certificate)
    const login = logIn(saying({}), { settings: connection({ metadata }) })
    expect(await expectFailure(login, 'upstream_assertion_signature')).toContain(
      'certificate of the metadata',
    )
  })

  it('of two assertions none counts, though each is signed', async () => {
    const two = logIn((request) => {
      const [second = ''] = ASSERTION.exec(provider.respond(request, { nameId: 'other' })) ?? []
      return provider.respond(request).replace(ASSERTION, (own) => own + second)
    })
    expect(await expectFailure(two, 'upstream_response_invalid')).toContain('more than one assertion')
  })

  it('an encrypted assertion is refused as such, with what to do', async () => {
    const encrypted = logIn((request) =>
      provider
        .respond(request, {}, false)
        .replace(
          ASSERTION,
          '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/></saml:EncryptedAssertion>',
        ),
    )
    expect(await expectFailure(encrypted, 'upstream_response_invalid')).toContain('turn the encryption')
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
    ['is for another client', { audience: 'https://other.example' }, 'upstream_assertion_audience'],
    ['is confirmed for another address', { recipient: `${ACS}x` }, 'upstream_assertion_audience'],
    ['is of another provider', { issuer: 'https://evil.example' }, 'upstream_issuer_mismatch'],
    ['has expired', { endsIn: -61, issuedIn: -120 }, 'upstream_assertion_expired'],
    [
      'was issued long ago, whatever its end',
      { issuedIn: -700, endsIn: 9_999 },
      'upstream_assertion_expired',
    ],
    ['is of the future', { issuedIn: 100 }, 'upstream_assertion_expired'],
    ['answers another request', { inResponseTo: '_another' }, 'upstream_assertion_unasked'],
  ])('an assertion that %s logs nobody in', async (_, says, reason) => {
    await expectFailure(logIn(saying(says)), reason as 'upstream_error')
  })

  /** A response whose conditions (SAML 2.0 Core §2.5.1.2) hold in these seconds from now. */
  const within =
    (from: number, until: number, says: Statements = {}) =>
    (request: ReturnType<typeof readRequest>) => {
      const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
      const conditions = `<saml:Conditions NotBefore="${at(from)}" NotOnOrAfter="${at(until)}"`
      const xml = provider.respond(request, says, false)
      return provider.signed(xml.replace(/<saml:Conditions NotOnOrAfter="[^"]*"/, conditions))
    }

  it.each([
    ['are over', -120, -61],
    ['do not hold yet', 90, 120],
  ])('an assertion whose conditions %s logs nobody in', async (_, from, until) => {
    await expectFailure(logIn(within(from, until)), 'upstream_assertion_expired')
  })

  it.each([-90, 90])('does not depend on the clock of this machine: %d s off', async (off) => {
    const ours = () => new Date(Date.now() - off * 1000)
    const at = logins.installation(connection(), ours)
    const login = logIn(within(-off, 20 - off, { issuedIn: -off, endsIn: 20 - off }), { at })
    await expect(login).resolves.toMatchObject({ identity: { subject: expect.any(String) } })
  })

  it('an assertion that nobody asked for logs nobody in', async () => {
    const unasked = logIn(({ acs }) => provider.respond({ acs }))
    expect(await expectFailure(unasked, 'upstream_assertion_unasked')).toContain(
      'began at the identity provider',
    )
  })

  it('a response that is replayed logs nobody in, nor does its one-time id', async () => {
    const at = installation()
    const secrets = attempt()
    const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...secrets }))
    const post = async (state = request.state) => (await at.post(xml, state)) ?? new URLSearchParams()
    const xml = provider.respond(request)
    const come = (query: URLSearchParams) => at.upstream.complete('conn-1', query, secrets)
    const first = await post()
    const elsewhere = await post('another state')
    await expectFailure(come(elsewhere), 'upstream_response_invalid')
    // Before its login goes on it gets the same answer: the first may have been lost.
    expect((await post()).toString()).toBe(first.toString())
    expect((await come(first)).identity.subject).toBe('una')
    for (const replayed of [first, await post(), elsewhere])
      await expectFailure(come(replayed), 'upstream_response_invalid')
  })

  it('a response in the login of another browser logs nobody in', async () => {
    const at = installation()
    const [victim, attacker] = [attempt(), attempt()]
    const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...attacker }))
    const query = await at.post(provider.respond(request), victim.state)
    await expectFailure(
      at.upstream.complete('conn-1', query ?? new URLSearchParams(), victim),
      'upstream_assertion_unasked',
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
