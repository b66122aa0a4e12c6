import { describe, expect, it } from 'vitest'
import { printPlan } from '@/lib/cli/print-plan'
import type { Json } from '@/lib/configuration/schema/wire'
import { SECRETS } from '@/lib/test-support/example'
import { file } from '@/lib/test-support/file'
import { testInstallation } from '@/lib/test-support/installation'
import { exportConfiguration } from './export'

const { apply, refusal, rows } = testInstallation()

const SCOPES = 'scopes: [{ name: "files:read", description: "Read your files" }]'
const trusting = (...issuers: readonly Json[]) =>
  file({ server: `${SCOPES}\n        trusted_issuers: ${JSON.stringify(issuers)}` })

const okta = { issuer: 'https://acme.okta.com' }
const entra = {
  issuer: 'https://login.example.com/common',
  jwks_uri: 'https://login.example.com/keys',
  tenant: 'acme',
  scopes: ['files:read'],
  public_clients: true,
}

describe('trusted issuers', () => {
  it('are stored, and come out of an export as they went in', async () => {
    await apply(trusting(okta, entra))
    expect((await rows()).servers[0]?.trustedIssuers).toEqual([
      { issuer: okta.issuer, publicClients: false },
      {
        issuer: entra.issuer,
        jwksUri: entra.jwks_uri,
        tenant: 'acme',
        scopes: ['files:read'],
        publicClients: true,
      },
    ])
    const env = { ...SECRETS, ACME_OKTA_CLIENT_SECRET: SECRETS.OKTA_SECRET }
    expect(printPlan(await apply(exportConfiguration(await rows()), { env }))).toBe('nothing to do')
  })

  it('are no longer trusted when they are left out', async () => {
    await apply(trusting(okta))
    expect(printPlan(await apply(file({ server: SCOPES })))).toContain('trusted_issuers')
    expect((await rows()).servers[0]?.trustedIssuers).toEqual([])
  })

  it.each([
    ['http', [{ issuer: 'http://acme.okta.com' }], /issuer: must be an https URL/],
    ['this machine', [{ issuer: 'https://localhost:8080' }], /issuer: must be an https URL.* not on this/],
    ['keys on this machine', [{ ...okta, jwks_uri: 'https://127.0.0.1/keys' }], /jwks_uri: must be an https/],
    ['a query', [{ issuer: 'https://acme.okta.com?a=b' }], /issuer: must not have a query/],
    [
      'one issuer twice',
      [okta, { ...okta, tenant: 'acme' }],
      /\[1\]\.issuer: this issuer is trusted already/,
    ],
    [
      'scopes that there are not',
      [{ ...okta, scopes: ['admin'] }],
      /scopes: the server offers no scope "admin"/,
    ],
    ['no scopes', [{ ...okta, scopes: [] }], /scopes: is empty/],
    ['a typo', [{ ...okta, jwks_url: 'https://acme.okta.com/keys' }], /jwks_url: is not a key here/],
  ])('cannot have %s', async (_, issuers, message) => {
    expect(await refusal(trusting(...issuers))).toEqual([expect.stringMatching(message)])
  })
})
