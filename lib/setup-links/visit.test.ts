import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { saveBranding } from '../servers/branding'
import { revokeSetupLink } from './links'
import { testLinks } from './test-support/links'
import { beginSetupTest } from './tests'
import { finishSetup, readSetup } from './visit'

const { management, link, provider, store, wait } = testLinks()

const DAY = 24 * 3600_000

describe('the page of a link', () => {
  it('knows its connection, and neither the secret, nor servers, nor other connections', async () => {
    const { token } = await link()
    const view = await readSetup(token, management())
    expect(view).toMatchObject({
      organizationName: 'acme',
      invitedBy: 'Olive',
      label: 'Jane',
      callbackUrl: 'http://localhost:3000/oauth/callback/acme-idp',
      connection: { answers: { issuer: provider().issuer }, hasClientSecret: true },
    })
    expect(JSON.stringify(view)).not.toMatch(/files|mcp|globex/)
    expect(JSON.stringify(view)).not.toContain(provider().clientSecret)
  })

  it('looks like its organization, and like no other', async () => {
    const { acme, globex, token } = await link()
    expect((await readSetup(token, management())).brand).toBeUndefined()
    const look = { name: 'Northwind', accent: '#7a3b8f', accentDark: '' }
    await saveBranding(globex, undefined, look, management())
    expect((await readSetup(token, management())).brand).toBeUndefined()
    await saveBranding(acme, undefined, look, management())
    expect((await readSetup(token, management())).brand).toMatchObject({
      name: 'Northwind',
      hasStyle: true,
    })
  })

  it('is there until the link ends, in whatever way', async () => {
    const { acme, token, id } = await link()
    await expect(readSetup(token, management())).resolves.toBeDefined()
    wait(7 * DAY + 1000)
    await expect(readSetup(token, management())).rejects.toThrow('no such setup link')
    wait(0)
    await revokeSetupLink(acme, id, management())
    await expect(readSetup(token, management())).rejects.toThrow('no such setup link')
  })

  it('ends when its holder says so, once', async () => {
    const { acme, token } = await link()
    const both = await Promise.allSettled([
      finishSetup(token, management()),
      finishSetup(token, management()),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    for (const work of [readSetup, finishSetup, beginSetupTest])
      await expect(work(token, management())).rejects.toThrow('no such setup link')
    const [entry] = await auditLogStore(store().db).list(acme.organizationId, 1)
    expect(entry).toMatchObject({
      action: 'setup_link.finished',
      actorKind: 'setup_link',
      actorName: 'Jane, invited by Olive',
    })
  })
})
