import type { Page } from '@playwright/test'
import { type Credentials, enterConsole, newOperator } from './console'
import { expect, fillLogin } from './test'
import type { World } from './world'

export const USE = 'Sign in with Globex'

export const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text })

/** Presses the button and is at the provider as this person. */
export async function go(page: Page, button: string, user: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await page.getByLabel('Username').waitFor()
  await fillLogin(page, user)
}

export const signInWith = async (page: Page, { app }: World, user: string) => {
  await page.goto(`${app.url}/console/sign-in`)
  await go(page, USE, user)
}

export async function connect(page: Page, world: World, user: string): Promise<void> {
  await page.goto(`${world.app.url}/console/account`)
  await go(page, 'Link Globex', user)
  await expect(page.getByText('Account linked')).toBeVisible()
}

export async function signedOut(page: Page, { app }: World): Promise<void> {
  await page.goto(`${app.url}/console/account`)
  await expect(page).toHaveURL(/\/console\/sign-in$/)
}

/** A browser without sessions, here and at the provider. */
export const fresh = (page: Page) => page.context().clearCookies()

export async function operator(page: Page, world: World, email?: string): Promise<Credentials> {
  const credentials = await newOperator(world, 'globex', 'auditor', email)
  await enterConsole(page, world, credentials)
  return credentials
}

/** The provider's response for a user: the browser does not deliver it. */
export async function answerFor(page: Page, button: string, user: string): Promise<string> {
  const cdp = await page.context().newCDPSession(page)
  // A redirect that Playwright's own routes would not see.
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*/console/sign-in/callback/*' }] })
  const caught = new Promise<string>((resolve, reject) => {
    cdp.on('Fetch.requestPaused', ({ requestId, request }) => {
      cdp
        .send('Fetch.fulfillRequest', { requestId, responseCode: 200, body: btoa('kept back') })
        .then(() => cdp.detach())
        .then(() => resolve(request.url), reject)
    })
  })
  await go(page, button, user)
  const answer = await caught
  await expect(page.getByText('kept back')).toBeVisible()
  return answer
}
