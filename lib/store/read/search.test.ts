import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { organizations } from '@/drizzle/schema/organizations'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { searchStore } from './search'

const { apply, store } = testInstallation()
const { server } = connectedServices(store)

const find = async (text: string, everywhere = true) =>
  (await searchStore(store().db).find('nobody', everywhere, text)).map(
    ({ kind, organization, key }) => `${kind} ${organization} ${key}`,
  )

describe('the search of the console', () => {
  it('finds organizations, servers and connections by any part of their names', async () => {
    await apply(EXAMPLE)
    expect(await find('LOBE')).toEqual(['organization globex globex', 'server globex globex'])
    expect(await find('okta')).toEqual(['connection acme okta'])
    expect(await find('% _')).toEqual([])
  })

  it('finds users by the beginning of their address, and a login by its reference', async () => {
    await apply(EXAMPLE)
    const { request, grant } = await connect(store(), await server('main'), { email: 'Alice@acme.example' })
    expect(await find('alice@')).toEqual([`user acme ${grant.userId}`])
    expect(await find('lice@')).toEqual([])
    expect(await find(request.reference.toLowerCase().replace('-', ' '))).toEqual([
      `login acme ${request.reference}`,
    ])
  })

  it('finds nothing of an organization that was deleted', async () => {
    await apply(EXAMPLE)
    await store()
      .db.update(organizations)
      .set({ deletedAt: sql`now()` })
      .where(eq(organizations.slug, 'globex'))
    expect(await find('LOBE')).toEqual([])
  })

  it('finds nothing of organizations that the operator is not a member of', async () => {
    await apply(EXAMPLE)
    const { request } = await connect(store(), await server('main'), { email: 'alice@acme.example' })
    for (const text of ['acme', 'okta', 'globex', 'alice@', request.reference])
      expect(await find(text, false)).toEqual([])
  })
})
