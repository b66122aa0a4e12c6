import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { createApiKey } from '../api-keys/api-keys'
import { InvalidInput } from '../configuration/mistakes'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { createServices } from '../test-support/management'
import { createSetupLink, listSetupLinks, revokeSetupLink } from './links'
import { openSetupLink } from './visit'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

const DAY = 24 * 3600_000
const inDays = (days: number) => new Date(Date.now() + days * DAY)
const OKTA = { label: 'Jane, IT of Acme', connection: 'okta' }

const tokenOf = ({ url }: { readonly url: string }) => url.split('/').at(-1) ?? ''

/** Where the mistakes are. */
const mistakes = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InvalidInput)
  return (error as InvalidInput).mistakes.map(({ path }) => path.join('.'))
}

describe('making a setup link', () => {
  it('shows it once, stores its hash alone, and says who made it', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const made = await createSetupLink(acme, OKTA, management())
    expect(made.url).toMatch(/^https:\/\/auth\.example\.com\/setup\/connection\/[A-Za-z0-9_-]{43}$/)
    expect(Math.round((made.expiresAt.getTime() - made.createdAt.getTime()) / DAY)).toBe(7)
    const [listed, ...others] = await listSetupLinks(acme, management())
    expect(others).toEqual([])
    expect(listed).toMatchObject({ label: OKTA.label, connection: 'okta', createdBy: 'Olive', state: 'open' })
    const [entry] = await auditLogStore(store().db).list(acme.organizationId, 1)
    expect(entry).toMatchObject({ action: 'setup_link.created', targetName: OKTA.label, actorName: 'Olive' })
    const kept = await store().db.execute('select * from setup_links')
    for (const shown of [listed, entry, kept]) expect(JSON.stringify(shown)).not.toContain(tokenOf(made))
  })

  it('needs the permission, a connection of the organization, and one that has a provider', async () => {
    await apply(EXAMPLE)
    const [acme, globex] = [await scope('acme'), await scope('globex')]
    const support = { ...acme, permissions: ['read', 'revoke'] as const }
    await expect(createSetupLink(support, OKTA, management())).rejects.toThrow('configure')
    await expect(createSetupLink(globex, OKTA, management())).rejects.toThrow('no such connection')
    const both = { ...OKTA, newConnection: 'New' }
    expect(await mistakes(createSetupLink(acme, both, management()))).toEqual(['connection'])
    expect(await mistakes(createSetupLink(acme, { label: 'Jane' }, management()))).toEqual(['connection'])
    expect(await listSetupLinks(acme, management())).toEqual([])
  })

  it.each([
    ['lies in the past', inDays(-1)],
    ['is more than thirty days away', inDays(31)],
  ])('refuses an end that %s', async (_, expiresAt) => {
    await apply(EXAMPLE)
    const made = createSetupLink(await scope('acme'), { ...OKTA, expiresAt }, management())
    expect(await mistakes(made)).toEqual(['expires_at'])
  })

  it('ends no later than the key that makes it', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const until = inDays(2)
    const { id } = await createApiKey(acme, { name: 'CI', role: 'admin', expiresAt: until }, management())
    const key = { ...acme, actor: { kind: 'api_key', id, name: 'CI', until } as const }
    const late = { ...OKTA, expiresAt: inDays(3) }
    expect(await mistakes(createSetupLink(key, late, management()))).toEqual(['expires_at'])
    expect((await createSetupLink(key, OKTA, management())).expiresAt).toEqual(until)
  })
})

describe('revoking a setup link', () => {
  it('ends it at once, and a second one beside it goes on', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const [first, second] = [
      await createSetupLink(acme, OKTA, management()),
      await createSetupLink(acme, { ...OKTA, label: 'Joe' }, management()),
    ]
    await revokeSetupLink(acme, first.id, management())
    await expect(openSetupLink(tokenOf(first), management())).rejects.toThrow('no such setup link')
    await expect(openSetupLink(tokenOf(second), management())).resolves.toBeDefined()
    await expect(revokeSetupLink(acme, first.id, management())).rejects.toThrow('no such setup link')
    const states = (await listSetupLinks(acme, management())).map(({ label, state }) => [label, state])
    expect(Object.fromEntries(states)).toEqual({ [OKTA.label]: 'revoked', Joe: 'open' })
  })

  it('is nothing that another organization can do', async () => {
    await apply(EXAMPLE)
    const link = await createSetupLink(await scope('acme'), OKTA, management())
    const revoked = revokeSetupLink(await scope('globex'), link.id, management())
    await expect(revoked).rejects.toThrow('no such setup link')
    expect(await listSetupLinks(await scope('globex'), management())).toEqual([])
    await expect(openSetupLink(tokenOf(link), management())).resolves.toBeDefined()
  })
})
