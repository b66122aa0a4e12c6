import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { printPlan } from '@/lib/cli/print-plan'
import { findBranding, saveBranding } from '@/lib/servers/branding'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { brandStore } from '@/lib/store/oauth/server-branding'
import { openStore } from '@/lib/store/test-support/open-store'
import { CONFIG } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { applyConfiguration } from '../apply'
import { exportConfiguration } from '../export'
import type { ConfigurationMistakes } from '../mistakes'

const { apply, refusal, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const LOGO = `data:image/png;base64,${PNG.toString('base64')}`

/** @param shared of the organization; `own`: of its server */
const file = (shared = '', own = '') => `
organizations:
  - slug: acme
    name: Acme Inc
    ${shared}
    connections:
      - { slug: people, type: platform }
    servers:
      - slug: main
        name: Acme MCP
        resource: https://mcp.acme.com/mcp
        connection: people
        ${own}
`

const SHARED = `branding: { name: Acme, accent: "#0c5a4a", corner_radius: 4, terms_url: https://acme.com/terms, privacy_url: https://acme.com/privacy, support: help@acme.com, logo: "${LOGO}" }`
const OWN = 'branding: { name: Acme Files }'

const brandOf = (key: string) => brandStore(store().db).find(key)

describe('a brand in the configuration file', () => {
  it('is that of the organization, with what a server has of its own', async () => {
    await apply(file(SHARED, OWN))
    expect(await brandOf('main')).toMatchObject({
      name: 'Acme Files',
      accent: { light: '#0c5a4a' },
      cornerRadius: 4,
      termsUrl: 'https://acme.com/terms',
      privacyUrl: 'https://acme.com/privacy',
      support: 'help@acme.com',
      hasLogo: true,
    })
    expect(await brandStore(store().db).findLogo('main')).toEqual({ type: 'image/png', bytes: PNG })
    expect(await brandOf('~acme')).toMatchObject({ name: 'Acme' })
    expect(printPlan(await apply(file(SHARED, OWN)))).toBe('nothing to do')
  })

  it('says in a plan what changes, of a logo its size, and in the log who looks differently', async () => {
    await apply(file(SHARED))
    const plan = await apply(file('branding: { name: Acme, accent: "#123456" }', OWN))
    expect(printPlan(plan).split('\n')).toEqual([
      '~ branding acme',
      '    accent: #0c5a4a → #123456',
      expect.stringMatching(/^ {4}accent_dark: #[0-9a-f]{6} → #[0-9a-f]{6}$/),
      '    corner_radius: 4 → (none)',
      '    terms_url: https://acme.com/terms → (none)',
      '    privacy_url: https://acme.com/privacy → (none)',
      '    support: help@acme.com → (none)',
      `    logo: image/png, ${PNG.length} bytes → (none)`,
      '+ branding acme/main',
      '    name: Acme Files',
    ])
    expect(await brandOf('~acme')).toMatchObject({ hasLogo: false })
    const { organizationId } = await scope('acme')
    const entries = await auditLogStore(store().db).list(organizationId, 2)
    expect(entries.map(({ action, targetName }) => [action, targetName]).toSorted()).toEqual([
      ['organization.branded', 'acme'],
      ['server.branded', 'acme/main'],
    ])
  })

  it('stays where the file names none, and ends where it names an empty one', async () => {
    await apply(file())
    const acme = await scope('acme')
    const input = { name: 'By hand', accent: '', accentDark: '', logo: PNG }
    await saveBranding(acme, undefined, input, management())
    await saveBranding(acme, 'main', input, management())
    expect(printPlan(await apply(file()))).toBe('nothing to do')
    expect(await findBranding(acme, 'main', management())).toMatchObject({ name: 'By hand', hasLogo: true })
    await apply(file('branding: {}', 'branding: {}'))
    expect(await brandOf('main')).toEqual({ hasLogo: false, version: expect.any(String) })
    expect(printPlan(await apply(file('branding: {}', 'branding: {}')))).toBe('nothing to do')
  })

  it('is exported with its logo, and gives the same elsewhere', async () => {
    await apply(file(SHARED, OWN))
    const exported = exportConfiguration(await rows())
    expect(exported).toContain(LOGO)
    expect(printPlan(await apply(exported))).toBe('nothing to do')
    const elsewhere = await openStore()
    try {
      const { db, sealer } = elsewhere
      await applyConfiguration(exported, { file: 'export.yaml', env: {}, config: CONFIG, db, sealer })
      expect(exportConfiguration(await configurationStore(db, sealer).read())).toBe(exported)
      expect(await brandStore(db).findLogo('main')).toEqual({ type: 'image/png', bytes: PNG })
    } finally {
      await elsewhere.close()
    }
  })

  it('reads a logo from a file beside it', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'brand-'))
    writeFileSync(path.join(directory, 'logo.png'), PNG)
    const { db, sealer } = store()
    const options = { file: path.join(directory, 'v.yaml'), env: {}, config: CONFIG, db, sealer }
    await applyConfiguration(file('branding: { logo: "file:logo.png" }'), options)
    expect(await brandStore(db).findLogo('main')).toEqual({ type: 'image/png', bytes: PNG })
  })

  it('reads no logo that is no file, or larger than one: what is applied neither waits nor fills the memory', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'brand-'))
    writeFileSync(path.join(directory, 'large.png'), '')
    truncateSync(path.join(directory, 'large.png'), 4 * 1024 ** 3)
    const pipe = path.join(directory, 'pipe.png')
    execFileSync('mkfifo', [pipe])
    // Waits for a reader: whoever read the pipe would get a logo.
    const writer = spawn(process.execPath, [
      '-e',
      `require('fs').writeFileSync(${JSON.stringify(pipe)}, Buffer.from('${PNG.toString('base64')}', 'base64'))`,
    ])
    const { db, sealer } = store()
    const options = { file: path.join(directory, 'v.yaml'), env: {}, config: CONFIG, db, sealer }
    const refused = (logo: string) =>
      applyConfiguration(file(`branding: { logo: "file:${logo}" }`), options).then(
        () => 'applied',
        (error: ConfigurationMistakes) => error.lines[0]?.replace(/^.*branding\.logo: /, ''),
      )
    expect(await refused('pipe.png')).toMatch(/pipe\.png cannot be read \(not a file\)$/)
    writer.kill()
    expect(await refused('/dev/null')).toMatch(/cannot be read \(not a file\)$/)
    expect(await refused('large.png')).toBe('is larger than 100 KB: make it smaller')
    rmSync(directory, { recursive: true })
  })

  it('says of everything that is wrong with it where it stands', async () => {
    const wrong = `branding: { accent: green, corner_radius: 30, terms_url: "http://acme.com", support: nobody, logo: "file:no-logo.png", motto: x }`
    const lines = await refusal(
      file(wrong, 'branding: { name: 7, accent: "#ffee00", logo: "https://acme.com/logo.png" }'),
    )
    const said = lines.map((line) => line.replace(/^v\.yaml:\d+:\d+: organizations\[0\]\./, ''))
    expect(said).toEqual([
      expect.stringMatching(/^branding\.accent: is not a colour/),
      expect.stringMatching(/^branding\.corner_radius: must be a whole number of pixels from 0 to 24/),
      expect.stringMatching(/^branding\.terms_url: must be an https URL/),
      expect.stringMatching(/^branding\.support: must be an email address/),
      expect.stringMatching(/^branding\.logo: the file .*no-logo\.png does not exist/),
      expect.stringMatching(/^branding\.motto: .*name, accent, accent_dark, corner_radius/),
      expect.stringMatching(/^servers\[0\]\.branding\.name: /),
      expect.stringMatching(/^servers\[0\]\.branding\.accent: /),
      expect.stringMatching(/^servers\[0\]\.branding\.logo: must be file:/),
    ])
    expect((await rows()).organizations).toEqual([])
  })
})
