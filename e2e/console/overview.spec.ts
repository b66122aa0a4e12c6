import type { Locator, Page } from '@playwright/test'
import { decide, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { enterConsole, newOperator } from '../support/console'
import { lookAt } from '../support/look'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { authorizeUrl, test as base, expect, makePkce } from '../support/test'
import type { World } from '../support/world'

const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

/** Two users connect, one of whose clients refreshes twice; one denies, and an unknown client is refused twice. */
async function live(world: World, { issuer }: OwnServer): Promise<void> {
  const url = (client_id: string) =>
    authorizeUrl(issuer, { client_id, redirect_uri: REDIRECT, code_challenge: makePkce().challenge })
  let tokens = await obtainTokens(issuer, await obtainCode(world, { issuer, username: 'bob' }))
  await obtainTokens(issuer, await obtainCode(world, { issuer }))
  for (let i = 0; i < 2; i++) tokens = await (await refresh(issuer, tokens.refresh_token)).json()
  const visitor = newVisitor()
  await decide(world, visitor, await openConsent(visitor, url('cli')), 'deny')
  for (let i = 0; i < 2; i++) await newVisitor().go(url('a-stranger'))
}

const chart = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** The numbers of all days, for each column of the table under a chart: who cannot see it reads this. */
async function totals(section: Locator): Promise<readonly number[]> {
  await section.getByText('As a table').click()
  const rows = await section
    .locator('tbody tr')
    .evaluateAll((found) =>
      found.map((row) => [...row.querySelectorAll('td')].slice(-2).map((cell) => cell.textContent)),
    )
  expect(rows).toHaveLength(7)
  const numbers = rows.map((cells) => cells.map((cell) => Number(cell?.replace(/^\D*/, ''))))
  return [0, 1].map((column) => numbers.reduce((sum, row) => sum + (row[column] ?? 0), 0))
}

test('before the first grant, it says what to do first', async ({ page, world, server }) => {
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}`)
  const steps = page.getByRole('region', { name: 'Getting started' }).getByRole('listitem')
  await expect(steps).toHaveCount(3)
  await expect(steps.nth(0)).toContainText('(Done)')
  await expect(steps.nth(1)).toContainText('(Done)')
  await expect(steps.nth(2)).toContainText('(To do)')
  await expect(page.getByRole('img')).toHaveCount(0)
})

test('its numbers are those of what happened, for eyes and for screen readers', async ({
  page,
  world,
  server,
}, info) => {
  await live(world, server)
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}`)
  await expect(page.getByRole('region', { name: 'Getting started' })).toHaveCount(0)
  await lookAt(page, info, 'overview')

  const logins = chart(page, 'Sign-ins per day')
  await expect(logins).toContainText('5 in total')
  await expect(
    logins.getByRole('img', { name: 'Sign-ins per day: Connected 2, Failed, rejected or denied 3' }),
  ).toBeVisible()
  expect(await totals(logins)).toEqual([2, 3])
  const grants = chart(page, 'Active grants')
  await expect(grants).toContainText('2 now')
  await expect(grants.getByRole('img', { name: 'Active grants: 2 now' })).toBeVisible()
  const refreshes = chart(page, 'Refreshes per day')
  await expect(refreshes.getByRole('img', { name: 'Refreshes per day: 2 in total' })).toBeVisible()
  expect((await totals(refreshes)).at(-1)).toBe(2)

  const reasons = page.getByRole('list', { name: 'Reasons for failed sign-ins' }).getByRole('listitem')
  await expect(reasons).toHaveText([/^Unknown client\.\s*2$/, /^The user denied access\.\s*1$/])
  const tiles = page.getByRole('definition')
  await expect(tiles).toHaveText([/^5/, /^40\s?%/, /^2/, /^2/])
  // A click on the bar of today opens today's logins.
  await page.locator('a.chart-day .chart-hit').last().click()
  await expect(page.locator('tbody tr')).toHaveCount(5)
  await page.goBack()
  await reasons.first().getByRole('link').click()
  await expect(page.locator('tbody tr')).toHaveCount(2)
})

test('another organization sees none of it', async ({ page, world, server }) => {
  await live(world, server)
  const other = await startOwnServer(world)
  await enterConsole(page, world, await newOperator(world, other.slug, 'owner'))
  await page.goto(`${world.app.url}/console/${other.slug}`)
  await expect(page.getByRole('img')).toHaveCount(0)
  await other.close()
})
