import type { Page, Response } from '@playwright/test'
import { openConsent } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { isBlockedScript } from '../support/blocked-script'
import { catchLastRedirect } from '../support/last-redirect'
import { expectAccessible, showEverywhere, takePicture } from '../support/look'
import { consentUrl, GALLERY } from '../support/page-gallery'
import { expect, fillLogin, logIn, test } from '../support/test'

const REDIRECT = 'http://127.0.0.1:9876/callback'

for (const { name, open, status, says } of GALLERY)
  test(`${name}: says what it must, in light and dark, on small and large screens [PX-6 RFC-1]`, async ({
    page,
    world,
  }, testInfo) => {
    const complaints = collectComplaints(page)
    const response = (await open(page, world)) as Response | null
    expect(response?.status()).toBe(status)
    for (const text of says) await expect(page.getByRole('main')).toContainText(text)
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    await expect(page).toHaveTitle(/\S/)
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)

    await showEverywhere(page, async ({ as, isFirst }) => {
      expect(await overflow(page), as).toBeLessThanOrEqual(0)
      if (isFirst) await expectAccessible(page, as)
      await takePicture(page, testInfo.outputPath(`${as}.png`))
    })
    expect(complaints).toEqual([])
  })

/** Console errors, among them every violation of the Content-Security-Policy, and exceptions of scripts. */
function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A browser logs the status of an error page; the page itself is what we want to see.
    const isStatus = message
      .text()
      .startsWith('Failed to load resource: the server responded with a status of')
    const isPage = message.location().url === page.url() || page.url() === 'about:blank'
    const isKnown = (isStatus && isPage) || isBlockedScript(message.text())
    if (['error', 'warning'].includes(message.type()) && !isKnown) complaints.push(message.text())
  })
  return complaints
}

/** Pixels by which something sticks out to the side. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const print = [...document.querySelectorAll('footer *')].map((one) => one.getBoundingClientRect().right)
    const edges = [...document.querySelectorAll('main *')].map(
      (element) => element.getBoundingClientRect().right,
    )
    const main = document.querySelector('main')?.getBoundingClientRect().right ?? 0
    return Math.max(
      scrollWidth - clientWidth,
      Math.round(Math.max(...edges) - main),
      Math.ceil(Math.max(0, ...print) - clientWidth),
    )
  })
}

test('the consent page fetches no script, and has none', async ({ page, world }) => {
  const fetched: string[] = []
  page.on('requestfinished', (request) => fetched.push(request.resourceType()))
  await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()
  expect(fetched).toContain('stylesheet')
  expect(fetched).not.toContain('script')
  // Where Next is alone they are named, and run nowhere: decision 0123.
  if (!process.env.NEXT_ALONE) expect(await page.content()).not.toContain('<script')
})

test('the consent page is the same whether Next renders it or not', async ({ world }) => {
  test.skip(Boolean(process.env.NEXT_ALONE), 'where Next is alone, it renders both')
  const visitor = newVisitor()
  const { page, html, requestId } = await openConsent(
    visitor,
    await consentUrl(world, { redirectUri: REDIRECT }),
  )
  // In another spelling of its path, which Next serves.
  const next = await visitor.go(`${world.app.url}/oauth/consent/?request=${requestId}&opened=1`)
  // What React leaves between texts, and marks of Next's.
  const bodyOf = (text: string) =>
    (/<body>(.*)<\/body>/s.exec(text)?.[1] ?? '').replace(/<!--.*?-->|<div hidden="">.*?<\/div>/g, '')
  const headOf = (text: string) =>
    [...text.matchAll(/<(?:title>[^<]*|html[^>]*>|(?:meta|link) [^>]*>)/g)]
      .map(([tag]) => tag.replace('/>', '>'))
      .filter((tag) => !tag.includes('rel="preload"'))
      .toSorted()
  const nextHtml = await next.text()
  expect(bodyOf(html)).toContain('name="decision"')
  expect(bodyOf(html)).toBe(bodyOf(nextHtml))
  expect(headOf(html)).toEqual(headOf(nextHtml))
  for (const name of ['content-type', 'content-security-policy', 'referrer-policy', 'x-frame-options'])
    expect(page.headers.get(name), name).toBe(next.headers.get(name))
  for (const { headers } of [page, next]) expect(headers.get('cache-control')).toContain('no-store')
})

test.describe('with the keyboard alone', () => {
  const ringOf = (page: Page) =>
    page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
      return { name: document.activeElement?.textContent, outlineStyle, outlineWidth }
    })

  test('Tab comes to Allow and then to Deny, and shows where it is', async ({ page, world }) => {
    await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
    for (const name of ['Allow', 'Deny']) {
      await page.keyboard.press('Tab')
      expect(await ringOf(page)).toEqual({ name, outlineStyle: 'solid', outlineWidth: '3px' })
    }
    await page.keyboard.press('Shift+Tab')
    await expect(page.getByRole('button', { name: 'Allow' })).toBeFocused()
    await expect(page.getByRole('button')).toHaveCount(2)
  })

  test('Enter on Allow goes on to the identity provider', async ({ page, world }) => {
    await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('Username')).toBeVisible()
    expect(page.url().startsWith(world.idp.issuer)).toBe(true)
  })

  test('Enter on Deny sends the error to the client, and nothing else', async ({ page, world }) => {
    const visited: string[] = []
    page.on('request', (request) => visited.push(new URL(request.url()).origin))
    const redirected = await catchLastRedirect(page, REDIRECT)
    await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const { searchParams } = new URL(await redirected())
    expect(searchParams.get('error')).toBe('access_denied')
    expect(searchParams.get('iss')).toBe(world.issuers.root)
    expect(searchParams.get('state')).toBeTruthy()
    expect(searchParams.has('code')).toBe(false)
    expect(visited).not.toContain(new URL(world.idp.issuer).origin)
  })

  test('the way out of an error page is reached, and marked', async ({ page, world }) => {
    const url = new URL(await consentUrl(world, { redirectUri: 'https://app.example/cb', client: {} }))
    url.searchParams.set('code_challenge', 'too-short')
    await page.goto(url.href)
    await page.keyboard.press('Tab')
    const link = page.getByRole('link', { name: 'Return to the application' })
    await expect(link).toBeFocused()
    expect(await ringOf(page)).toMatchObject({ outlineStyle: 'solid', outlineWidth: '3px' })
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/app\.example\/cb\?error=invalid_request&/)
  })
})

test('a whole login needs no script', async ({ browser, world }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const back = await logIn(page, await consentUrl(world, { redirectUri: REDIRECT }))
  expect(back.searchParams.get('code')).toBeTruthy()
  await context.close()
})

test('text twice as large still fits a small screen', async ({ page, world }) => {
  await page.setViewportSize({ width: 360, height: 800 })
  await page.goto(await consentUrl(world, { redirectUri: REDIRECT, client: { client_name: 'Claude' } }))
  await expect(page.getByRole('button', { name: 'Deny' })).toBeInViewport({ ratio: 0.1 })
  // Not the attribute, which the policy of the page ignores.
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px')
  const height = (name: string) => page.getByRole('button', { name }).evaluate((one) => one.clientHeight)
  expect(await height('Allow'), 'its word is whole').toBeLessThan(32 * 4)
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})

test('nothing is loaded from elsewhere, and the page cannot be framed [RFC-17]', async ({ page, world }) => {
  const origins = new Set<string>()
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  const response = await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
  await page.waitForLoadState('networkidle')
  expect([...origins]).toEqual([world.app.url])
  const headers = response?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['content-security-policy']).not.toContain('form-action')
  expect(headers['content-security-policy']).not.toContain('unsafe')
  expect(headers['x-frame-options']).toBe('DENY')
  expect(headers['referrer-policy']).toBe('same-origin')
  expect(headers['cache-control']).toContain('no-store')
})

test('going back after the login does not break the page [H-12]', async ({ page, world }) => {
  await page.goto(await consentUrl(world, { redirectUri: REDIRECT }))
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByLabel('Username')).toBeVisible()
  await page.goBack()
  const redirected = await catchLastRedirect(page, REDIRECT)
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
  expect(new URL(await redirected()).searchParams.get('code')).toBeTruthy()
})
