import { describe, expect, it } from 'vitest'
import { type ErrorView, errorPage } from './error-page'

const view: ErrorView = {
  title: 'This application isn’t registered',
  message: 'The application that sent you here is not registered.',
  publicUrl: 'https://auth.example.com',
  language: 'en',
  status: 400,
}

const page = async (change: Partial<ErrorView> = {}) => (await errorPage({ ...view, ...change })).text()
const link = (href: string) => ({ href, label: 'Go back', host: 'client.example' })

describe('an error page', () => {
  it('answers HTML with the given status, never stored, framed, sniffed or named in a referrer [RFC-17]', async () => {
    const response = await errorPage({ ...view, status: 403 })
    expect(response.status).toBe(403)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src https://auth.example.com; img-src https://auth.example.com; frame-ancestors 'none'; base-uri 'none'",
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  it('passes on further headers, which cannot weaken its own', async () => {
    const response = await errorPage({
      ...view,
      headers: [
        ['retry-after', '5'],
        ['set-cookie', 'a=; Max-Age=0'],
        ['set-cookie', 'b=; Max-Age=0'],
        ['content-security-policy', 'default-src *'],
      ],
    })
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.getSetCookie()).toEqual(['a=; Max-Age=0', 'b=; Max-Age=0'])
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src https/)
  })

  it('takes its stylesheet from the public URL, because it may be shown on a server’s own host', async () => {
    expect(await page()).toContain('<link rel="stylesheet" href="https://auth.example.com/vestibule.css">')
  })

  it('has the branding of the login that its reference leads to, from the public URL', async () => {
    const asked: unknown[] = []
    const brandOf: NonNullable<ErrorView['brandOf']> = async (login) => {
      asked.push(login)
      return {
        key: 'files',
        version: 'v1',
        name: 'Acme <Files>',
        hasStyle: true,
        hasLogo: true,
        termsUrl: 'https://acme.example/terms?a=1&b=2',
        support: 'help@acme.example',
      }
    }
    const text = await page({ brandOf, reference: 'K7QM-2X9P' })
    expect(asked).toEqual([{ reference: 'K7QM-2X9P' }])
    const files = 'https://auth.example.com/oauth/consent/brand/files'
    expect(text).toContain(`<link rel="stylesheet" href="${files}/style.css?v=v1">\n</head>`)
    expect(text).toContain(`<link rel="icon" href="${files}/logo?v=v1">`)
    expect(text).toContain(
      `<img class="brand-logo" src="${files}/logo?v=v1" alt=""><bdi class="brand-name">Acme &#60;Files&#62;</bdi>`,
    )
    expect(text).toContain('<a href="https://acme.example/terms?a=1&#38;b=2" rel="noreferrer">Terms</a>')
    expect(text).toContain('<a href="mailto:help@acme.example" rel="noreferrer">Help</a>')
    expect(text).not.toContain('Vestibule')
  })

  it('shows message, remedy, reference and technical text', async () => {
    const text = await page({
      remedy: 'Start again.',
      reference: 'K7QM-2X9P',
      technical: 'invalid_client: unknown',
    })
    expect(text).toContain('The application that sent you here is not registered.')
    expect(text).toContain('Start again.')
    expect(text).toMatch(/Give this reference to your administrator:.*K7QM-2X9P/)
    expect(text).toContain('invalid_client: unknown')
  })

  it('leaves out what it was not given', async () => {
    const text = await page()
    expect(text).not.toMatch(/reference|technical|remedy|way-out|undefined|<a /)
  })
})

describe('an error page under attack', () => {
  const INJECTIONS = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    '</title></style></textarea><svg/onload=alert(1)>',
    '<!--<base href=//evil.example>',
  ]

  it.each(INJECTIONS)('shows %s as text wherever it is put', async (evil) => {
    const text = await page({
      title: evil,
      message: evil,
      remedy: evil,
      reference: evil,
      technical: evil,
      link: { href: `https://client.example/?x=${encodeURIComponent(evil)}`, label: evil, host: evil },
    })
    const clean = await page({
      remedy: 'x',
      reference: 'x',
      technical: 'x',
      link: link('https://client.example/'),
    })
    expect(tags(text)).toEqual(tags(clean))
    expect(text).not.toContain(evil)
  })

  it('does not take the text direction from its input', async () => {
    expect(await page({ message: 'a\u202Eb\u2066c' })).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
  })

  it('cuts endless text', async () => {
    expect((await page({ technical: 'x'.repeat(100_000) })).length).toBeLessThan(4000)
  })

  it('does not let a quote in the link end the attribute', async () => {
    const text = await page({ link: link('https://client.example/?"onclick="alert(1)') })
    expect(text).toContain('href="https://client.example/?&#34;onclick=&#34;alert(1)"')
  })

  it('keeps the link exactly as it was registered', async () => {
    const href = `https://client.example/cb?a=1&error=access_denied&state=${'s'.repeat(900)}`
    expect(await page({ link: link(href) })).toContain(`href="${href.replaceAll('&', '&#38;')}"`)
  })

  it.each([
    'https://client.example/cb',
    'http://127.0.0.1:3456/cb',
    'cursor://anysphere/cb',
    'com.example.app:/cb',
  ])('links to %s', async (href) => {
    expect(await page({ link: link(href) })).toContain(`href="${href}"`)
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox',
    'file:///etc/passwd',
    'blob:https://client.example/1',
    'view-source:https://client.example',
    'ms-msdt:/id',
    'intent://x#Intent;end',
    'http://client.example/cb',
    'https://client.example@evil.example/cb',
    'https:evil.example',
    '//client.example/cb',
    '/cb',
    '',
    'https://client.example/\u202Ecb',
  ])('shows no link to %j [H-15]', async (href) => {
    const text = await page({ link: link(href) })
    expect(text).not.toContain('<a ')
    expect(text).not.toContain('This leads to')
  })
})

function tags(text: string): readonly string[] {
  return (text.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/ href="[^"]*"/, ''))
}
