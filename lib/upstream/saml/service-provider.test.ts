import { randomBytes, verify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { samlKeys } from '@/lib/crypto/saml-keys'
import { attempt, LOGIN, upstreamWith } from '../test-support/log-in'
import { ACS, samlConnection } from '../test-support/saml-login'
import { samlProvider } from '../test-support/saml-provider'
import { readSamlMetadata, type SamlConnection } from './metadata'
import { serviceProviderMetadata } from './service-provider'
import { elementsWithin, parseXml, SIGNATURE } from './xml'

const provider = samlProvider('https://idp.example/sso')
const connection = (changes: Partial<SamlConnection> = {}) => samlConnection(provider, changes)

describe('a request', () => {
  const keys = samlKeys(keyring([{ id: 'k1', key: randomBytes(32) }]))
  const begin = async (settings: SamlConnection) => {
    const samlKeyFor = (id: string) => keys.signing(id, new Date())
    const port = upstreamWith(settings, { samlKeyFor })
    return new URL(await port.begin('conn-1', { ...LOGIN, ...attempt() })).search.slice(1)
  }
  const wanting = () => provider.metadata.replace('<md:IDPSSODescriptor', '$& WantAuthnRequestsSigned="true"')

  it('is signed where the metadata or the operator wants it, with a key that we publish', async () => {
    for (const settings of [
      connection({ metadata: wanting() }),
      connection({ signRequests: true }),
      connection({ metadata: wanting(), signRequests: true }),
    ]) {
      const query = await begin(settings)
      const parameters = new URLSearchParams(query)
      expect(parameters.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
      const [signed = '', signature = ''] = query.split('&Signature=')
      const [certificate = ''] = await keys.published('conn-1', new Date())
      const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'))
      const value = Buffer.from(decodeURIComponent(signature), 'base64')
      expect(verify('sha256', Buffer.from(signed), publicKey, value)).toBe(true)
    }
  })

  it('is not, where neither does, or the operator does not want it', async () => {
    for (const settings of [connection(), connection({ metadata: wanting(), signRequests: false })])
      expect(await begin(settings)).not.toContain('Signature=')
  })
})

describe('our metadata', () => {
  it('names us, where assertions go, and every certificate', () => {
    const xml = serviceProviderMetadata(`${ACS}?a=1&b="`, {
      certificates: ['AAAA', 'BBBB'],
      signsRequests: true,
    })
    const root = parseXml(xml)
    expect(root?.getAttribute('entityID')).toBe(`${ACS}?a=1&b="`)
    const [consumer] = elementsWithin(
      root as Element,
      'urn:oasis:names:tc:SAML:2.0:metadata',
      'AssertionConsumerService',
    )
    expect(consumer?.getAttribute('Location')).toBe(`${ACS}?a=1&b="`)
    expect(
      elementsWithin(root as Element, SIGNATURE, 'X509Certificate').map((one) => one.textContent),
    ).toEqual(['AAAA', 'BBBB'])
    expect(xml).toContain('WantAssertionsSigned="true"')
    // Nothing of an identity provider is in it.
    expect(readSamlMetadata(xml)).toBeNull()
  })
})
