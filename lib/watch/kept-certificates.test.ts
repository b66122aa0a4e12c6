import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { connections } from '@/drizzle/schema/organizations'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { certificateWatch } from './certificates'
import { keptEnds } from './kept-certificates'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY)
const authority = makeAuthority()

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

const kept = { id: 'c', slug: 'c', name: 'C', organizationId: 'o', organization: 'o' }

it('the last certificate that signs assertions counts, and every private authority', () => {
  const [soon, later] = [inDays(3), inDays(300)]
  expect(keptEnds({ ...kept, metadata: metadataWith(soon, later), authorities: null })).toEqual([later])
  expect(keptEnds({ ...kept, metadata: metadataWith(soon), authorities: null })).toEqual([soon])
  const [own] = keptEnds({ ...kept, metadata: null, authorities: authority.cert })
  expect(own?.getTime()).toBeGreaterThan(later.getTime())
  expect(keptEnds({ ...kept, metadata: '<not-saml/>', authorities: 'none' })).toEqual([])
})

const { apply, store } = testInstallation()

it('an entered certificate that ends is told of, and the first to end is what is counted', async () => {
  await apply(EXAMPLE)
  const { db } = store()
  const ends = inDays(5)
  await db
    .update(connections)
    .set({ type: 'saml', settings: { metadata: metadataWith(ends), certificateAuthorities: authority.cert } })
    .where(eq(connections.id, 'acme-okta'))
  const seen = new Map<string, Date>()
  const watch = certificateWatch(
    { loopback: true, internalHosts: { rule: 'operator', listed: [] } },
    db,
    (connection, first) => void seen.set(connection, first),
    async () => undefined,
  )
  const found = await watch.look()
  expect(found.map(({ connection, ends: at }) => [connection.id, at])).toEqual([['acme-okta', ends]])
  expect(seen.get('acme-okta')).toEqual(ends)
})
