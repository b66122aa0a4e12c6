import { beforeAll, describe, expect, it } from 'vitest'
import { receiveAssertion } from '@/lib/oauth/callback/receive-assertion'
import { expectFailure } from '../test-support/expect-failure'
import { attempt, LOGIN } from '../test-support/log-in'
import { ACS, samlConnection, samlLogins } from '../test-support/saml-login'
import {
  attribute,
  readRequest,
  type SamlTestProvider,
  type Statements,
  samlProvider,
} from '../test-support/saml-provider'
import type { SamlConnection } from './metadata'

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
