import { expect, type Page } from '@playwright/test'

/**
 * Watches for the redirect that ends an authorization request: the `Location`, byte for byte, with which our callback
 * or the decision sends the browser to the client. It works for every scheme, and a request to a client on the
 * internet never leaves: the browser is shown a page instead. A private-use scheme is followed, as far as a browser
 * without that app can.
 *
 * A login that failed is shown first: then it is where the page's button leads.
 *
 * @param redirectUri of the client
 * @returns waits for the `Location`, and until the browser is there: a navigation that comes next interrupts nothing
 */
export async function catchLastRedirect(page: Page, redirectUri: string): Promise<() => Promise<string>> {
  const cdp = await page.context().newCDPSession(page)
  const patterns = ['*/oauth/callback/*', '*/oauth/consent/decision'].map((urlPattern) => ({
    urlPattern,
    requestStage: 'Response' as const,
  }))
  await cdp.send('Fetch.enable', { patterns })
  const arrived = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the browser was not sent to ${redirectUri}`)), 30_000)
    cdp.on('Fetch.requestPaused', async ({ requestId, responseHeaders = [] }) => {
      const location = responseHeaders.find(({ name }) => name.toLowerCase() === 'location')?.value
      if (!location?.startsWith(redirectUri)) {
        await cdp.send('Fetch.continueResponse', { requestId }).catch(reject)
        return
      }
      clearTimeout(late)
      const answer = isWeb(redirectUri)
        ? cdp.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body: PAGE })
        : cdp.send('Fetch.continueResponse', { requestId })
      // Nothing may be left waiting for an answer when the test ends.
      answer.then(() => cdp.detach()).then(() => resolve(location), reject)
    })
  })
  arrived.catch(() => {})
  return async () => {
    const shown = page
      .locator('.way-out a.button')
      .getAttribute('href', { timeout: 30_000 })
      .then(async (href) => {
        await cdp.detach()
        return { href: href ?? '' }
      })
    const location = await Promise.race([arrived, shown.catch(() => arrived)])
    if (typeof location === 'object') return location.href
    if (isWeb(redirectUri)) await expect(page.getByText(TEXT)).toBeVisible()
    return location
  }
}

const isWeb = (redirectUri: string) => /^https?:/.test(redirectUri)

const TEXT = 'back at the client'
const PAGE = Buffer.from(TEXT).toString('base64')
