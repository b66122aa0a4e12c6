import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { servers } from '@/drizzle/schema/servers'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { brandStore } from '@/lib/store/oauth/server-branding'
import { Forbidden, NotFound } from '../access'
import type { BrandInput } from '../configuration/brand/brand-rules'
import { InvalidInput, sentenceOf } from '../configuration/mistakes'
import { findBranding, saveBranding, shownBranding } from './branding'
import { as, testServers } from './test-support/servers'

const { admin, log, management, store } = testServers()

const PLAIN: BrandInput = { name: '', accent: '', accentDark: '' }
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1])
const WEBP = new TextEncoder().encode('RIFF1234WEBPVP8 ')

const mistakes = (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: unknown) =>
      error instanceof InvalidInput
        ? error.mistakes.map((mistake) => ({ path: mistake.path, message: sentenceOf(mistake) }))
        : [{ path: ['?'], message: String(error) }],
  )

/** A login at a server, which waits for its user at the identity provider. */
async function waitingLogin(slug: string, stateHash: string) {
  const { db } = store()
  const [server] = await db.select().from(servers).where(eq(servers.slug, slug))
  if (!server) throw new Error(`no server ${slug}`)
  const login = { id: 'one', reference: 'AAAA-BBBB', connectionId: server.connectionId }
  const at = new Date()
  await db.insert(authorizationRequests).values({
    ...login,
    serverId: server.id,
    stateHash,
    createdAt: at,
    expiresAt: at,
    endedAt: at,
    outcome: 'refused',
  })
  return login
}

describe('the look of a server', () => {
  it('is Vestibule’s by default', async () => {
    expect(await findBranding(await admin('acme'), 'main', management())).toBeNull()
  })

  it('keeps name, colours and logo, and writes down who changed it', async () => {
    const acme = await admin('acme')
    await saveBranding(
      acme,
      'main',
      { name: ' Acme ', accent: '#0044CC', accentDark: '', logo: PNG },
      management(),
    )
    expect(await findBranding(acme, 'main', management())).toMatchObject({
      name: 'Acme',
      accent: { light: '#0044cc', dark: expect.stringMatching(/^#[0-9a-f]{6}$/) },
      hasLogo: true,
    })
    expect(await brandStore(store().db).findLogo('main')).toEqual({
      type: 'image/png',
      bytes: Buffer.from(PNG),
    })
    expect((await log(acme))[0]).toMatchObject({ action: 'server.branded', targetName: 'acme/main' })
  })

  it('keeps the logo unless another comes or it is taken away', async () => {
    const acme = await admin('acme')
    const look = async () => (await brandStore(store().db).findLogo('main'))?.type
    await saveBranding(acme, 'main', { ...PLAIN, logo: JPEG }, management())
    await saveBranding(acme, 'main', { ...PLAIN, name: 'Acme' }, management())
    expect(await look()).toBe('image/jpeg')
    await saveBranding(acme, 'main', { ...PLAIN, logo: WEBP }, management())
    expect(await look()).toBe('image/webp')
    await saveBranding(acme, 'main', { ...PLAIN, logo: null }, management())
    expect(await look()).toBeUndefined()
  })

  it('gets a new version with every change, so that no cache keeps an old one', async () => {
    const acme = await admin('acme')
    await saveBranding(acme, 'main', { ...PLAIN, name: 'One' }, management())
    const first = await findBranding(acme, 'main', management())
    await new Promise((resolve) => setTimeout(resolve, 2))
    await saveBranding(acme, 'main', { ...PLAIN, name: 'Two' }, management())
    expect((await findBranding(acme, 'main', management()))?.version).not.toBe(first?.version)
  })
})

describe('the look of an organization', () => {
  const SHARED: BrandInput = {
    name: 'Acme Group',
    accent: '#0044cc',
    accentDark: '',
    cornerRadius: 4,
    termsUrl: 'https://acme.example/terms',
    privacyUrl: 'https://acme.example/privacy',
    support: ' help@Acme.example ',
    logo: PNG,
  }

  it('is that of every server which has none of its own, part by part', async () => {
    const acme = await admin('acme')
    await saveBranding(acme, undefined, SHARED, management())
    await saveBranding(acme, 'main', { ...PLAIN, name: 'Main', cornerRadius: 0 }, management())
    const brands = brandStore(store().db)
    const shown = await brands.find('main')
    expect(shown).toMatchObject({
      name: 'Main',
      cornerRadius: 0,
      accent: { light: '#0044cc' },
      termsUrl: 'https://acme.example/terms',
      support: 'help@acme.example',
      hasLogo: true,
    })
    expect(await shownBranding(acme, 'main', management())).toEqual(shown)
    expect((await brands.findLogo('main'))?.type).toBe('image/png')
    expect((await brands.findLogo('~acme'))?.type).toBe('image/png')
    expect(await findBranding(acme, 'main', management())).toMatchObject({ name: 'Main', hasLogo: false })
    expect((await log(acme))[1]).toMatchObject({ action: 'organization.branded', targetName: 'acme' })
  })

  it('is that of pages which belong to no server, and of no other organization', async () => {
    const [acme, globex] = [await admin('acme'), await admin('globex')]
    await saveBranding(acme, undefined, SHARED, management())
    const brands = brandStore(store().db)
    expect(await brands.findOrganization(acme.organizationId)).toMatchObject({
      key: '~acme',
      brand: { cornerRadius: 4 },
    })
    expect(await brands.findOrganization(globex.organizationId)).toBeNull()
    // There are two: a page that belongs to neither looks like Vestibule.
    expect(await brands.findOrganization(undefined)).toBeNull()
    expect(await findBranding(globex, undefined, management())).toBeNull()
  })

  it('is that of a page about a login: of its server, and of no login at another connection', async () => {
    const acme = await admin('acme')
    await saveBranding(acme, undefined, SHARED, management())
    await saveBranding(acme, 'main', { ...PLAIN, name: 'Main' }, management())
    const [brands, stateHash] = [brandStore(store().db), hashSecret('state')]
    const { id, reference, connectionId } = await waitingLogin('main', stateHash)
    const shown = { key: 'main', brand: { name: 'Main', cornerRadius: 4 } }
    expect(await brands.findLogin({ reference })).toMatchObject(shown)
    expect(await brands.findLogin({ requestId: id })).toMatchObject(shown)
    expect(await brands.findLogin({ stateHash, connectionId })).toMatchObject(shown)
    expect(await brands.findLogin({ stateHash, connectionId: 'another' })).toBeNull()
    expect(await brands.findLogin({ reference: 'K7QM-2X9P' })).toBeNull()
  })

  it.each([
    ['terms_url', { termsUrl: 'javascript:alert(1)' }],
    ['terms_url', { termsUrl: 'http://acme.example/terms' }],
    ['privacy_url', { privacyUrl: 'https://user:secret@acme.example' }],
    ['privacy_url', { privacyUrl: '/privacy' }],
    ['support', { support: 'javascript:alert(1)//@acme.example' }],
    ['support', { support: 'help@acme.example?bcc=everyone@acme.example' }],
    ['corner_radius', { cornerRadius: 25 }],
    ['corner_radius', { cornerRadius: Number('4px') }],
  ])('has no %s of %j', async (field, input) => {
    const acme = await admin('acme')
    expect(await mistakes(saveBranding(acme, undefined, { ...PLAIN, ...input }, management()))).toMatchObject(
      [{ path: [field] }],
    )
  })
})

describe('what a look cannot be', () => {
  it.each([
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a GIF', 'GIF89a'],
    ['half a WebP', 'RIFF1234WAVE'],
    ['nothing', ''],
  ])('a logo that is %s', async (_, content) => {
    const logo = new TextEncoder().encode(content)
    expect(
      await mistakes(saveBranding(await admin('acme'), 'main', { ...PLAIN, logo }, management())),
    ).toEqual([{ path: ['logo'], message: 'is not a PNG, JPEG or WebP image' }])
  })

  it('a logo that is too large', async () => {
    const logo = Uint8Array.from([...PNG, ...new Uint8Array(100 * 1024)])
    const found = await mistakes(saveBranding(await admin('acme'), 'main', { ...PLAIN, logo }, management()))
    expect(found).toEqual([{ path: ['logo'], message: 'is larger than 100 KB: make it smaller' }])
  })

  it.each([
    'red',
    '#0c5',
    '#0c5a4a80',
    'rgb(0,0,0)',
    '#0c5a4a;} .warning{display:none}',
    'url(https://evil.example)',
    'var(--vst-surface)',
  ])('a colour written as %s', async (accent) => {
    expect(
      await mistakes(saveBranding(await admin('acme'), 'main', { ...PLAIN, accent }, management())),
    ).toEqual([{ path: ['accent'], message: 'is not a colour: write it as #0c5a4a' }])
  })

  it.each([
    ['light', { accent: '#ffee00', accentDark: '' }, 'accent'],
    ['dark', { accent: '', accentDark: '#101010' }, 'accent_dark'],
  ])(
    'a colour that cannot be read on the %s page; the nearest that can is named',
    async (_, colours, field) => {
      const acme = await admin('acme')
      const [mistake] = await mistakes(saveBranding(acme, 'main', { ...PLAIN, ...colours }, management()))
      expect(mistake?.path).toEqual([field])
      const nearest = /is (#[0-9a-f]{6})$/.exec(mistake?.message ?? '')?.[1] ?? ''
      const mended = field === 'accent' ? { accent: nearest } : { accentDark: nearest }
      await saveBranding(acme, 'main', { ...PLAIN, ...mended }, management())
      expect((await findBranding(acme, 'main', management()))?.accent).toBeDefined()
    },
  )

  it('an invisible or endless name', async () => {
    const acme = await admin('acme')
    for (const name of ['Acme\u202egnp', 'A'.repeat(49), 'Acme\u200bInc'])
      expect(await mistakes(saveBranding(acme, 'main', { ...PLAIN, name }, management()))).toMatchObject([
        { path: ['name'] },
      ])
  })
})

describe('another organization', () => {
  it('neither sees nor changes the look of another organization’s server', async () => {
    const globex = await admin('globex')
    await expect(findBranding(globex, 'main', management())).rejects.toEqual(new NotFound('server'))
    await expect(saveBranding(globex, 'main', PLAIN, management())).rejects.toEqual(new NotFound('server'))
  })

  it('of a lower role changes none', async () => {
    const acme = await admin('acme')
    for (const role of ['support', 'auditor'] as const)
      await expect(saveBranding(as(role, acme), 'main', PLAIN, management())).rejects.toEqual(
        new Forbidden('configure'),
      )
    expect(await findBranding(as('auditor', acme), 'main', management())).toBeNull()
  })
})
