import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { connections } from '@/drizzle/schema/organizations'
import { connectionEndStore } from '@/lib/store/mail/connection-ends'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { lookAtCertificates } from './certificates'
import { keptEnds } from './kept-certificates'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY)
const authority = makeAuthority()
/** Of a process that nobody stops. */
const RUNNING = new AbortController().signal
const CONFIG = { loopback: true, internalHosts: { rule: 'operator', listed: [] } } as const

const derOf = (notAfter: Date) =>
  authority
    .issue({ notAfter, isRsa: true })
    .cert.replace(/-----[A-Z ]+-----/g, '')
    .replace(/\s/g, '')

const metadataWith = (...ends: readonly Date[]) => `
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    ${ends.map((end) => `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${derOf(end)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`).join('')}
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>`

it('the last certificate that signs assertions counts, and every private authority that is good', () => {
  const [soon, later, now] = [inDays(3), inDays(300), new Date()]
  expect(keptEnds({ metadata: metadataWith(soon, later), authorities: null }, now)).toEqual([later])
  expect(keptEnds({ metadata: metadataWith(soon), authorities: null }, now)).toEqual([soon])
  const [own] = keptEnds({ metadata: null, authorities: authority.cert }, now)
  expect(own?.getTime()).toBeGreaterThan(later.getTime())
  expect(keptEnds({ metadata: '<not-saml/>', authorities: 'none' }, now)).toEqual([])
  const over = new Date((own?.getTime() ?? 0) + DAY)
  expect(keptEnds({ metadata: null, authorities: authority.cert }, over)).toEqual([own])
})

const { apply, store } = testInstallation()

/** What the connections of the example are turned into. */
const change = (id: string, values: Partial<typeof connections.$inferInsert>) =>
  store().db.update(connections).set(values).where(eq(connections.id, id))

const endsOf = async (id = 'acme-okta') =>
  (await connectionEndStore(store().db).all()).find((found) => found.id === id)?.certificate ?? null

beforeEach(() => apply(EXAMPLE))

describe('a connection', () => {
  it('is looked at once a day by one of several instances, and at once when it was changed', async () => {
    const { db } = store()
    const asked: string[] = []
    const look = () =>
      lookAtCertificates(CONFIG, db, RUNNING, async ({ url }) => {
        asked.push(url)
        return inDays(asked.length)
      })
    await Promise.all([look(), look()])
    const all = [...asked]
    expect(all).toContain('https://acme.okta.com')
    expect(new Set(all).size).toBe(all.length)
    const before = await endsOf()
    expect(before).not.toBeNull()
    await look()
    expect(asked).toEqual(all)
    await apply(EXAMPLE.replace('https://acme.okta.com', 'https://other.okta.com'))
    expect(await endsOf()).toBeNull()
    await look()
    expect(asked.slice(all.length)).toEqual(['https://other.okta.com'])
    await apply(EXAMPLE.replace('https://acme.okta.com', 'https://other.okta.com').replace('Okta', 'OKTA'))
    expect(await endsOf()).not.toBeNull()
  })

  it('whose provider does not answer keeps what was known of it', async () => {
    const ends = inDays(5)
    await lookAtCertificates(CONFIG, store().db, RUNNING, async () => ends)
    await change('acme-okta', { certificateLookedAt: new Date(Date.now() - 2 * DAY) })
    await lookAtCertificates(CONFIG, store().db, RUNNING, async () => undefined)
    expect(await endsOf()).toEqual(ends)
  })

  it('is not waited for by a process that stops', async () => {
    const stopping = new AbortController()
    const asked: string[] = []
    await lookAtCertificates(CONFIG, store().db, stopping.signal, async ({ url }) => {
      asked.push(url)
      stopping.abort()
      return inDays(3)
    })
    expect(asked.length).toBeGreaterThan(0)
    expect(await endsOf()).toBeNull()
  })

  it('with a certificate that was entered has the first end of all', async () => {
    const ends = inDays(5)
    const settings = { metadata: metadataWith(ends), certificateAuthorities: authority.cert }
    await change('acme-okta', { type: 'saml', settings })
    await lookAtCertificates(CONFIG, store().db, RUNNING, async () => undefined)
    expect(await endsOf()).toEqual(ends)
  })
})

describe('a provider with a certificate of a private authority', () => {
  /** Answers everything with the same. */
  async function serve(notAfter: Date, answer: string): Promise<string> {
    const server = createServer(authority.issue({ notAfter }), (_, response) => response.end(answer))
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    onTestFinished(() => void server.close())
    return `https://localhost:${(server.address() as AddressInfo).port}`
  }
  const trusting = { certificateAuthorities: authority.cert }
  const look = () => lookAtCertificates(CONFIG, store().db, RUNNING)

  it.each([true, false])('is read where SAML metadata is (internal: %s)', async (mayBeInternal) => {
    const [shown, signing] = [inDays(9), inDays(4)]
    const metadataUrl = await serve(shown, metadataWith(signing))
    await change('acme-okta', { type: 'saml', mayBeInternal, settings: { metadataUrl, ...trusting } })
    await look()
    expect(await endsOf()).toEqual(signing)
  })

  it('is read where SAML metadata is, also where the one that it shows ends first', async () => {
    const shown = inDays(9)
    const metadataUrl = await serve(shown, metadataWith(inDays(40)))
    await change('acme-okta', { type: 'saml', settings: { metadataUrl, ...trusting } })
    await look()
    expect(await endsOf()).toEqual(shown)
  })

  it('is not believed where the authority is not that of the connection', async () => {
    const metadataUrl = await serve(inDays(9), metadataWith(inDays(4)))
    const other = makeAuthority().cert
    await change('acme-okta', { type: 'saml', settings: { metadataUrl, certificateAuthorities: other } })
    await look()
    expect((await endsOf())?.getTime()).toBeGreaterThan(inDays(100).getTime())
  })

  it('is read where an issuer may be a public one alone', async () => {
    const shown = inDays(9)
    const issuer = await serve(shown, '{}')
    await change('acme-okta', { mayBeInternal: false, settings: { issuer, ...trusting } })
    await look()
    expect(await endsOf()).toEqual(shown)
  })
})
