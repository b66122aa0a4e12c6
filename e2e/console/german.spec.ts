import type { Browser, Page } from '@playwright/test'
import { messages as remedies } from '@/lib/messages/remedies'
import { decide, openConsent, REDIRECT } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { enterConsole, newOperator } from '../support/console'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

/** A user of Acme's with a German browser, without JavaScript. */
async function germanPage(browser: Browser, world: World): Promise<Page> {
  const english = await browser.newContext()
  await enterConsole(await english.newPage(), world, await newOperator(world, 'acme', 'owner'))
  const context = await browser.newContext({ locale: 'de-DE', javaScriptEnabled: false })
  await context.addCookies(await english.cookies())
  await english.close()
  return context.newPage()
}

const wrong = (page: Page) => page.locator('.field-wrong')

test('what is wrong in a form is said in German', async ({ browser, world }) => {
  const page = await germanPage(browser, world)
  const console = `${world.app.url}/console/acme`
  await page.goto(`${console}/servers/new`)
  await page.locator('[name=name]').fill('Dateien')
  await page.locator('[name=resource]').fill('files.example.com')
  await page.locator('[name=resource]').press('Enter')
  await expect(wrong(page)).toContainText('muss die vollständige http- oder https-URL des MCP-Endpunkts sein')

  await page.goto(`${console}/servers/first/tokens`)
  await page.locator('[name=access_token_lifetime]').fill('1')
  await page.locator('[name=access_token_lifetime_unit]').selectOption('Sekunden')
  await page.locator('[name=access_token_lifetime]').press('Enter')
  await expect(wrong(page)).toContainText(/muss mindestens 1 Minute sein/)

  await page.goto(`${console}/keys`)
  await page.locator('[name=name]').press('Enter')
  await expect(wrong(page)).toContainText('Füllen Sie „Name“ aus.')
  await expect(wrong(page)).not.toContainText('Enter the')
  await page.context().close()
})

test('what to do about a login that failed is said in German, and by the API in English', async ({
  browser,
  world,
}) => {
  const visitor = newVisitor()
  const url = authorizeUrl(world.issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const consent = await openConsent(visitor, url)
  await decide(world, visitor, consent, 'deny')
  const page = await germanPage(browser, world)
  await page.goto(`${world.app.url}/console/acme/logins/${consent.reference}`)
  await expect(page.getByText(`Was zu tun ist: ${remedies.de.denied_by_user}`)).toBeVisible()
  await expect(page.getByText(remedies.en.denied_by_user)).toHaveCount(0)
  const { stdout } = await world.app.cli(['timeline', consent.reference])
  expect(stdout).toContain(remedies.en.denied_by_user)
  await page.context().close()
})
