import { describe, expect, it } from 'vitest'
import { samlProvider } from '../test-support/saml-provider'
import { readSamlMetadata } from './metadata'

describe('metadata', () => {
  it('of two providers, of none, or without a certificate is refused', () => {
    const provider = samlProvider('https://idp.example/sso')
    const { metadata } = provider
    expect(readSamlMetadata(metadata)?.entityId).toBe(provider.entityId)
    const twice = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${metadata.replace(/<\?.*\?>/, '').repeat(2)}</md:EntitiesDescriptor>`
    for (const wrong of [
      twice,
      '',
      '<a/>',
      metadata.replace(/X509Certificate/g, 'Other'),
      metadata.slice(0, -30),
    ])
      expect(readSamlMetadata(wrong)).toBeNull()
  })
})
