import { expect, it } from 'vitest'
import { type SamlFailure, samlFailure } from '@/lib/upstream/saml/failures'
import { messages } from './reasons'
import { messages as remedies } from './remedies'

const SAML: Readonly<Record<SamlFailure, true>> = {
  unreadable: true,
  encrypted: true,
  several: true,
  metadata: true,
  incomplete: true,
  replayed: true,
  sha1: true,
  algorithm: true,
  signature: true,
  issuer: true,
  audience: true,
  recipient: true,
  expired: true,
  interaction: true,
  unasked: true,
  denied: true,
  status: true,
}

it.each(['en', 'de'] as const)('a login at a SAML provider speaks of no ID token: %s', (language) => {
  for (const failure of Object.keys(SAML)) {
    const { reason } = samlFailure(failure)
    expect(messages[language][reason], failure).not.toMatch(/ID.token/i)
    expect(remedies[language][reason], failure).not.toMatch(/ID.token/i)
  }
})
