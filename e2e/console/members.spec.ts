import type { Page } from '@playwright/test'
import { sql } from 'drizzle-orm'
import { enterConsole, newOperator } from '../support/console'
import { lookAt } from '../support/look'
import { startOwnServer } from '../support/own-server'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

const PASSWORD = 'a few words are fine'

/** Makes an invitation as a person does. */
async function invite(page: Page, { app }: World, email: string, role = 'Auditor'): Promise<string> {
  await page.goto(`${app.url}/console/globex/members`)
  const form = page.getByRole('region', { name: 'Invite a member' })
  await form.getByLabel('Email address').fill(email)
  const option = await form.getByRole('option', { name: new RegExp(`^${role}:`) }).getAttribute('value')
  await form.getByLabel('Role').selectOption(option)
  await form.getByRole('button', { name: 'Create invitation link' }).click()
  return (await form.getByText('/console/invitations/').textContent()) ?? ''
}

for (const javaScriptEnabled of [true, false])
  test(`an invited operator joins with a new password, gets another role and is removed, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const owner = await newOperator(world, 'globex', 'owner')
    const email = `new-${javaScriptEnabled}@example.com`
    const [one, two] = await Promise.all([
      browser.newContext({ javaScriptEnabled }),
      browser.newContext({ javaScriptEnabled }),
    ])
    const page = await one.newPage()
    await enterConsole(page, world, owner)
    const link = await invite(page, world, email)
    await page.reload()
    await page.goto(`${world.app.url}/console/globex/members`)
    expect(await page.content()).not.toContain(link.split('/').at(-1))

    const guest = await two.newPage()
    await guest.goto(link)
    await expect(guest.getByRole('heading', { name: 'Join Globex' })).toBeVisible()
    await guest.getByLabel('Password').fill('short')
    await guest.getByRole('button', { name: 'Create account and join' }).click()
    await expect(guest.getByText('is too short')).toBeVisible()
    await guest.getByLabel('Password').fill(PASSWORD)
    await guest.getByRole('button', { name: 'Create account and join' }).click()
    await expect(guest).toHaveURL(/\/console\/globex$/)
    await expect(guest.getByRole('heading', { name: 'Globex' })).toBeVisible()
    expect((await guest.goto(`${world.app.url}/console/globex/members`))?.status()).toBe(403)

    await page.goto(`${world.app.url}/console/globex/members`)
    const row = page.getByRole('row').filter({ hasText: email })
    await row.getByText('Change', { exact: true }).click()
    await row.getByLabel(`Role of ${email}`).selectOption('admin')
    await row.getByRole('button', { name: 'Set role' }).click()
    await expect(row.getByText('Admin').first()).toBeVisible()
    expect((await guest.goto(`${world.app.url}/console/globex/members`))?.status()).toBe(200)

    await page.goto(`${world.app.url}/console/globex/members`)
    await row.getByText('Change', { exact: true }).click()
    await row.getByRole('link', { name: 'Remove' }).click()
    await expect(page.getByText('They made no API key')).toBeVisible()
    await page.getByRole('button', { name: 'Remove' }).click()
    await expect(page).toHaveURL(/\/members$/)
    await expect(page.getByRole('row').filter({ hasText: email })).toHaveCount(0)
    expect((await guest.goto(`${world.app.url}/console/globex`))?.status()).toBe(404)
    await guest.goto(link)
    await expect(guest.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()
    await Promise.all([one.close(), two.close()])
  })

test('who has joined while nobody can be signed in signs in afterwards', async ({ browser, world }) => {
  const owner = await newOperator(world, 'globex', 'owner')
  const email = 'patient@example.com'
  const [one, two] = await Promise.all([browser.newContext(), browser.newContext()])
  const page = await one.newPage()
  await enterConsole(page, world, owner)
  const link = await invite(page, world, email)
  const guest = await two.newPage()
  await guest.goto(link)
  const { db } = await world.inside()
  await db.execute(sql`create function refuse() returns trigger language plpgsql as $$ begin
    raise 'out of time' using errcode = 'query_canceled';
  end $$`)
  await db.execute(
    sql`create trigger refuse before insert on operator_sessions for each row execute function refuse()`,
  )
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Create account and join' }).click()
  await expect(guest).toHaveURL(/\/console\/sign-in$/)
  await db.execute(sql`drop function refuse cascade`)
  await guest.getByLabel('Your email address').fill(email)
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(guest).toHaveURL(/\/console\/globex$/)
  await Promise.all([one.close(), two.close()])
})

test('an operator with an account signs in on the way, and joins with one button', async ({
  browser,
  world,
}) => {
  const owner = await newOperator(world, 'globex', 'owner')
  const member = await newOperator(world)
  const [one, two] = await Promise.all([browser.newContext(), browser.newContext()])
  const page = await one.newPage()
  await enterConsole(page, world, owner)
  const link = await invite(page, world, member.email.toUpperCase(), 'Admin')
  const guest = await two.newPage()
  await guest.goto(link)
  await expect(guest.getByLabel('Password'), 'offered to every address').toHaveCount(1)
  await guest.getByRole('link', { name: `Sign in as ${member.email}` }).click()
  await guest.getByLabel('Your email address').fill(member.email)
  await guest.getByLabel('Password').fill(member.password)
  await guest.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(guest).toHaveURL(link)
  await guest.getByRole('button', { name: 'Join' }).click()
  await expect(guest).toHaveURL(/\/console\/globex$/)
  await Promise.all([one.close(), two.close()])
})

test('the lists of members, the invitation and its other endings look right', async ({
  page,
  world,
}, info) => {
  await enterConsole(page, world, await newOperator(world, 'globex', 'owner'))
  const link = await invite(page, world, `${'a-very-long-name-'.repeat(3)}@example.com`)
  await lookAt(page, info, 'link')
  await page.goto(`${world.app.url}/console/globex/members`)
  await page.getByText('Change', { exact: true }).first().click()
  await lookAt(page, info, 'members')
  await page.goto(link)
  await expect(page.getByText('You’re signed in as')).toBeVisible()
  await lookAt(page, info, 'other-account')
  await page.context().clearCookies()
  await page.goto(link)
  await lookAt(page, info, 'newcomer')
  await page.goto(`${link.slice(0, -3)}xyz`)
  await lookAt(page, info, 'closed')
})

test('who removes a member sees which secrets they know, and goes to where one is replaced', async ({
  page,
  world,
}, info) => {
  const server = await startOwnServer(world)
  const console = `${world.app.url}/console/${server.slug}`
  const admin = await newOperator(world, server.slug, 'admin')
  await enterConsole(page, world, admin)
  await page.goto(`${console}/webhooks`)
  const form = page.getByRole('region', { name: 'New webhook' })
  await form.getByLabel('URL').fill('https://receiver.example/hook')
  await form.getByRole('button', { name: 'Create webhook' }).click()
  await page.getByRole('link', { name: 'I have copied it' }).click()
  await enterConsole(page, world, await newOperator(world, server.slug, 'owner'))
  await page.goto(`${console}/members`)
  const row = page.getByRole('row').filter({ hasText: admin.email })
  await row.getByText('Change', { exact: true }).click()
  await row.getByRole('link', { name: 'Remove' }).click()
  const known = page.getByRole('region', { name: 'What keeps working' })
  await expect(known.getByRole('row').filter({ hasText: 'Signing secret of a webhook' })).toHaveCount(1)
  await lookAt(page, info, 'known-secrets')
  await known.getByRole('link').filter({ hasText: 'receiver.example' }).click()
  await expect(page.getByRole('button', { name: 'Create new secret' })).toHaveCount(1)
  await server.close()
})

for (const javaScriptEnabled of [true, false])
  test(`a form that was open before its operator became an auditor says that it does nothing, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage()
    const operator = await newOperator(world, 'acme', 'admin')
    await enterConsole(page, world, operator)
    await page.goto(`${world.app.url}/console/acme/connections/main`)
    const { db } = await world.inside()
    await db.execute(sql`update members set role = 'auditor'
      where operator_id = (select id from operators where email = ${operator.email})`)
    const settings = page.getByRole('region', { name: 'Settings' })
    await settings.getByLabel('Name').fill('Renamed by an auditor')
    await settings.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/console/forbidden')
    await expect(page.getByRole('heading', { name: 'You don’t have access' })).toBeVisible()
    const [stored] = await db.execute(sql`select name from connections where name = 'Renamed by an auditor'`)
    expect(stored).toBeUndefined()
    await page.context().close()
  })
