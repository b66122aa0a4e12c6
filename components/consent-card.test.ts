import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Language } from '@/lib/messages/catalogue'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { ConsentCard } from './consent-card'

const view: ConsentView = {
  client: { name: 'Claude', kind: 'registered', clientId: 'client-1' },
  redirect: { kind: 'https', host: 'claude.ai' },
  server: { name: 'Acme MCP', resource: 'https://mcp.acme.com/mcp' },
  connection: { name: 'Okta', scopes: ['openid', 'email'] },
  scopes: [
    { name: 'files:read', description: 'Read your files' },
    { name: 'notes:write', description: 'Change your notes' },
  ],
  offline: true,
  reference: 'K7QM-2X9P',
}

function markup(change: Partial<ConsentView> = {}, language: Language = 'en'): string {
  const props = { formToken: 'form-token', requestId: 'request-1', action: '/oauth/consent/decision' }
  return renderToStaticMarkup(
    createElement(ConsentCard, { ...props, language, view: { ...view, ...change } }),
  )
}

const text = (change?: Partial<ConsentView>) => words(markup(change))
const words = (html: string) => html.replace(/<[^>]+>/g, '').replace(/&#x27;/g, "'")
const heading = (change?: Partial<ConsentView>) => words(/<h1>.*<\/h1>/.exec(markup(change))?.[0] ?? '')

describe('the consent page', () => {
  it('shows client, redirect host, scopes and the next login [AS-17 PX-4 PX-5 PX-6]', () => {
    expect(heading()).toBe('Claude wants to use Acme MCP')
    expect(text()).toContain('You will be sent toclaude.ai')
    expect(text()).toContain('On mcp.acme.com it will be able to')
    expect(text()).toMatch(/Read your files files:read.*Change your notes notes:write/)
    expect(text()).toContain('Next, you’ll sign in with Okta.')
    expect(text()).toContain('K7QM-2X9P')
  })

  it('says the same in German, and what is foreign stays as it is', () => {
    const german = words(
      markup({ client: { name: '{connection} Allow', kind: 'registered', clientId: 'c' } }, 'de'),
    )
    expect(german).toContain('{connection} Allow möchte zugreifen auf Acme MCP')
    expect(german).toContain('Sie werden weitergeleitet anclaude.ai')
    expect(german).toContain('Auf mcp.acme.com kann sie dann')
    expect(german).toContain('Danach melden Sie sich mit Okta an.')
    expect(german).toMatch(/ErlaubenAblehnen/)
    expect(german).not.toMatch(/You will|Next, you/)
  })

  it('says what access rules will refuse a known user, and whom to ask, and keeps its two buttons', () => {
    const some = { refused: { all: false, scopes: ['notes:write'], contact: 'it@acme.example <b>' } }
    expect(text(some)).toMatch(/Read your files files:readChange your notes notes:write not for you/)
    expect(text(some)).toContain('you will not get what is marked “not for you”.')
    expect(text(some)).toContain('If you need it, ask: it@acme.example &lt;b&gt;')
    expect(text({ refused: { all: true, scopes: [] } })).toContain('signing in will most likely be refused.')
    expect(markup(some).match(/<button/g)).toHaveLength(2)
    expect(words(markup(some, 'de'))).toContain('nicht für Sie')
  })

  it('marks what deletes, in groups where there are many, in the language of the page', () => {
    const scopes = [
      { name: 'files:purge', description: 'Empty the bin' },
      { name: 'files:read', description: 'Read your files', translations: { de: 'Ihre Dateien lesen' } },
      { name: 'archive', description: 'Archive files', risk: 'write' },
      { name: 'openid', description: '' },
      { name: 'profile', description: '' },
      { name: 'email', description: '' },
    ] as const
    expect(text({ scopes })).toMatch(
      /View and useRead your files .*See your email address email.*Create and changeArchive files archive.*DeleteEmpty the bin files:purge can delete/,
    )
    const german = words(markup({ scopes }, 'de'))
    expect(german).toMatch(/Ihre Dateien lesen .*Ihre E-Mail-Adresse sehen email.*kann löschen/)
    expect(text({ scopes: scopes.slice(0, 5) })).not.toContain('View and use')
    expect(text({ scopes: [{ name: 'files:delete', description: '', risk: 'read' }] })).not.toContain(
      'can delete',
    )
  })

  it('does not hide behind the user’s name that the client may act there without any permission', () => {
    const openid = [{ name: 'openid', description: '' }]
    expect(text({ scopes: openid })).toMatch(/Know who you are openid.*it asks for no specific permission/)
    expect(text({ scopes: [...view.scopes, ...openid] })).not.toContain('no specific permission')
  })

  it('is a plain form with two buttons of one size, and no script or style of its own', () => {
    const html = markup()
    expect(html).toMatch(/<form [^>]*method="post"/)
    expect(html).toMatch(/<form [^>]*action="\/oauth\/consent\/decision"/)
    expect(html).toContain('<input type="hidden" name="request" value="request-1"/>')
    expect(html).toContain('<input type="hidden" name="token" value="form-token"/>')
    const buttons = html.match(/<button[^>]*>[^<]*/g) ?? []
    expect(buttons).toHaveLength(2)
    expect(buttons[0]).toMatch(/(?=.* type="submit")(?=.* name="decision")(?=.* value="allow").*>Allow$/)
    expect(buttons[1]).toMatch(/(?=.* type="submit")(?=.* name="decision")(?=.* value="deny").*>Deny$/)
    expect(html).not.toMatch(/<script|<style| style=|autofocus| on[a-z]+=/i)
  })

  it('names the host that vouches for a client, before what the client says of itself [AS-22]', () => {
    const client = {
      kind: 'metadata_document',
      name: 'Claude',
      clientId: 'https://evil.example/client.json',
      documentHost: 'evil.example',
    } as const
    const page = text({ client, redirect: { kind: 'loopback', host: '127.0.0.1:9876' } })
    expect(page).toContain('Verified by evil.example.')
    expect(page).toContain('Any program on this computer could be listening.')
    expect(page).not.toContain('registered itself')
    expect(text({ client })).toContain('Deny if you don’t recognize this address.')
  })

  it('tells a client the operator knows from one that registered itself [PX-4]', () => {
    expect(text()).toContain('Not verified: it registered itself under this name.')
    const known = text({ client: { ...view.client, kind: 'preregistered' } })
    expect(known).toContain('Known to the operator of Acme MCP.')
    expect(known).not.toContain('registered itself')
  })

  it('promises a lasting connection only when there will be one', () => {
    expect(text()).toContain('Stay connected until you disconnect')
    expect(text({ offline: false })).not.toContain('Stay connected')
  })

  it('says that earlier answers stay, where it is not known which there are', () => {
    expect(text()).toContain('What you allowed this application before stays allowed.')
    expect(markup()).toContain('<input type="hidden" name="assumed" value=""/>')
    expect(text()).not.toContain('Already allowed')
  })

  it('shows what is new first, and apart from it what this user allowed before', () => {
    const [read, write] = view.scopes
    const before = { scopes: [read!], offline: true, assumedScope: ['files:read'] }
    const some = { scopes: [write!], offline: false, allowedBefore: before }
    expect(text(some)).toMatch(
      /will be able toNewChange your notes notes:writeAlready allowedRead your files files:readStay connected/,
    )
    expect(markup(some)).toContain('<input type="hidden" name="assumed" value="files:read"/>')
    expect(text({ ...some, offline: true })).toMatch(/Change your notes notes:writeStay connected/)
    const all = { ...some, scopes: [], allowedBefore: { ...before, scopes: view.scopes } }
    expect(text(all)).toMatch(/it is already allowed toRead your files.*Change your notes.*Stay/)
    for (const page of [text(some), text(all)]) expect(page).not.toContain('stays allowed')
  })

  it('has no separate section for a known user without earlier consent', () => {
    const allowedBefore = { scopes: [], offline: false, assumedScope: [] }
    expect(text({ allowedBefore })).toMatch(
      /will be able toRead your files.*Stay connected.*Next, you’ll sign in/,
    )
    for (const words of ['New', 'Already allowed', 'stays allowed'])
      expect(text({ allowedBefore })).not.toContain(words)
    const empty = { scopes: [], offline: false, allowedBefore: { ...allowedBefore, offline: true } }
    expect(text(empty)).toMatch(/it is already allowed toAct for you within the limits of Acme MCP/)
  })

  it('does not pretend that a request without scopes can do nothing [PX-5]', () => {
    expect(text({ scopes: [] })).toContain('Act for you within the limits of Acme MCP')
  })

  it('warns when any program on the computer could be listening [AS-16]', () => {
    const page = text({ redirect: { kind: 'loopback', host: '127.0.0.1:3456' } })
    expect(page).toContain('You will be sent toa program on this computer (127.0.0.1:3456)')
    expect(page).toContain('Any program on this computer could be listening.')
  })

  it('warns when any app could have claimed the links [PX-6]', () => {
    const page = text({ redirect: { kind: 'private-use', host: 'cursor://' } })
    expect(page).toContain('the app that opens cursor:// links on this device')
    expect(page).toContain('Any app on this device could have claimed these links.')
  })
})

describe('the consent page under attack', () => {
  const named = (name: string): Partial<ConsentView> => ({ client: { ...view.client, name } })

  it('shows markup in any text as text', () => {
    const evil = '<b onclick=x>"\'</b>'
    const html = markup({
      client: { name: evil, kind: 'registered', clientId: evil, uri: evil },
      redirect: { kind: 'https', host: evil },
      server: { name: evil, resource: evil },
      connection: { name: evil, scopes: [evil] },
      scopes: [{ name: evil, description: evil }],
      allowedBefore: { scopes: [{ name: evil, description: evil }], offline: true, assumedScope: [evil] },
      reference: evil,
    })
    expect(html).not.toContain('<b ')
    expect(html.match(/&lt;b onclick=x&gt;/g)).toHaveLength(17)
  })

  it('does not let a name turn the sentence around, run away or vanish [H-10]', () => {
    expect(heading(named('\u202Eedualc\u202C'))).toBe('edualc wants to use Acme MCP')
    expect(heading(named('x'.repeat(5000))).length).toBeLessThan(80)
    for (const blank of ['', ' ', '\u200B\u3164']) {
      expect(heading(named(blank))).toBe('An unnamed application wants to use Acme MCP')
    }
  })

  it('isolates the name from the words around it [H-10]', () => {
    expect(markup()).toContain('<bdi>Claude</bdi>')
  })

  it('never cuts the host, whose end tells whose it is [AS-17]', () => {
    const host = `${'claude.ai.'.repeat(24)}evil.example`
    expect(text({ redirect: { kind: 'https', host } })).toContain(host)
  })

  it('links nowhere: not even to the website the client claims [H-15]', () => {
    const page = markup({ client: { ...view.client, uri: 'https://claude.ai' } })
    expect(page).toContain('https://claude.ai')
    expect(page).not.toContain('<a ')
  })
})
