import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { type IdentityProviderOptions, startIdentityProvider } from '../../sandbox/identity-provider'
import { enterAsOwner } from './console'
import { fillLogin } from './test'
import type { World } from './world'

/** An organization of its own, which the page is signed in to; returns the address of its connections. */
export async function openConnections(page: Page, world: World): Promise<string> {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/organizations`)
  const name = `Customer ${randomBytes(4).toString('hex')}`
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Create organization' }).click()
  await page.waitForURL(/\/console\/customer-[0-9a-f]+$/)
  return `${page.url()}/connections`
}

export const CLIENT = { clientId: 'vestibule', clientSecret: 'the-secret-of-this-client' }

/**
 * Connects an OpenID provider as a person does: the callback URL that the form shows is registered there first.
 *
 * @param different what is, there
 * @param entered what is entered instead of the truth
 */
export async function connectProvider(
  page: Page,
  connections: string,
  different: (callbackUrl: string) => Partial<IdentityProviderOptions> = () => ({}),
  entered: { readonly secret?: string } = {},
) {
  await page.goto(connections)
  await page.getByRole('link', { name: 'New connection' }).click()
  await page.getByRole('link', { name: 'Any other OpenID Connect provider' }).click()
  const callbackUrl = (await page.locator('.connections-registration code').textContent()) ?? ''
  const usual = { port: 0, ...CLIENT, redirectUris: [callbackUrl] }
  const idp = await startIdentityProvider({ ...usual, ...different(callbackUrl) })
  await page.getByLabel('Name', { exact: true }).fill('Acme Login')
  await page.getByLabel('Issuer', { exact: true }).fill(idp.issuer)
  await page.getByLabel('Client ID').fill(CLIENT.clientId)
  await page.getByLabel('Client secret').fill(entered.secret ?? CLIENT.clientSecret)
  await page.getByRole('button', { name: 'Create connection' }).last().click()
  await page.waitForURL('**/connections/acme-login?saved=new')
  return { idp, callbackUrl }
}

/** Presses the button, and returns the tab that opens. */
export async function openTest(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup')
  await page
    .getByRole('button', { name: /^(Test connection|Test again|Verbindung testen|Noch einmal testen)$/ })
    .click()
  return opened
}

/** A whole test: returns the tab with the report. */
export async function runTest(page: Page): Promise<Page> {
  const tab = await openTest(page)
  await fillLogin(tab)
  await tab.waitForURL('**/test/*')
  return tab
}
