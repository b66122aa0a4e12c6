import { and, desc, eq } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { organizations } from '@/drizzle/schema/organizations'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { enterAsOwner, enterConsole, newOperator, signIn } from '../support/console'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'

test('an auditor filters, exports and checks the log; what was tampered with shows', async ({
  page,
  world,
}, info) => {
  const owner = await newOperator(world, 'globex', 'owner')
  await enterConsole(page, world, owner)
  await page.goto(`${world.app.url}/console/globex/members`)
  for (const name of ['one', 'two', 'three']) {
    const form = page.getByRole('region', { name: 'Invite a member' })
    await form.getByLabel('Email address').fill(`audited-${name}@example.com`)
    await form.getByRole('button', { name: 'Create invitation link' }).click()
    await page.getByRole('link', { name: 'Invite another member' }).click()
  }
  await page.context().clearCookies()
  await enterConsole(page, world, await newOperator(world, 'globex', 'auditor'))
  await page.goto(`${world.app.url}/console/globex/audit`)
  await lookAt(page, info, 'audit')
  await page.getByLabel('About').selectOption('Members')
  await page.getByLabel('Who', { exact: true }).fill(owner.email.slice(0, 12).toUpperCase())
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect(page.getByRole('row')).toHaveCount(4)
  await page.getByLabel('From (UTC)').fill('2100-01-01')
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect(page.getByText('No matching entries')).toBeVisible()
  await page.goto(`${world.app.url}/console/globex/audit?from=yesterday`)
  await expect(page.getByText('Enter a date as')).toBeVisible()
  await page.getByRole('link', { name: 'Show all' }).click()

  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const exported = await fetch(`${world.app.url}/console/globex/audit/export`, { headers: { cookie } })
  expect(exported.headers.get('content-disposition')).toBe('attachment; filename="audit-globex.jsonl"')
  const lines = (await exported.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index + 1))

  await page.getByRole('link', { name: 'Verify the log' }).click()
  await expect(page.getByText('The log is intact')).toBeVisible()
  await expect(page.getByText(lines.at(-1).hash)).toBeVisible()
  await lookAt(page, info, 'intact')

  const database = await world.openDatabase()
  const db = openDatabase(database.url)
  const [globex] = await db.select().from(organizations).where(eq(organizations.slug, 'globex'))
  const [last] = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.chain, globex!.id))
    .orderBy(desc(auditLog.sequence))
    .limit(1)
  const row = and(eq(auditLog.chain, globex!.id), eq(auditLog.sequence, last!.sequence))
  await db.update(auditLog).set({ targetName: 'somebody else' }).where(row)
  await page.reload()
  await expect(page.getByText(`Entry ${last!.sequence} doesn’t match the one before it`)).toBeVisible()
  await lookAt(page, info, 'broken')
  await db.update(auditLog).set({ targetName: last!.targetName }).where(row)
  await closeDatabase(db)
  await database.close()
})

test('the log of the installation knows who signed in and who tried, and is for who runs it', async ({
  page,
  world,
}) => {
  const auditor = await newOperator(world, 'acme', 'auditor')
  await page.goto(`${world.app.url}/console/sign-in`)
  for (const email of [auditor.email, 'typed-a-secret-here@example.com']) {
    await page.getByLabel('Your email address').fill(email)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Wrong email address or password' })).toBeVisible()
    await page.reload()
  }
  await signIn(page, world, auditor)
  for (const path of ['audit?chain=installation', 'audit/export?chain=installation'])
    expect((await page.request.get(`${world.app.url}/console/acme/${path}`)).status(), path).toBe(404)
  await page.context().clearCookies()
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/acme/audit`)
  await page.getByRole('link', { name: 'The installation' }).click()
  await page.getByLabel('About').selectOption('Operators and their sign-ins')
  await page.getByRole('button', { name: 'Filter' }).click()
  const rows = page.getByRole('row').filter({ hasText: auditor.email })
  await expect(rows.filter({ hasText: 'operator.signed_in' })).toHaveCount(1)
  await expect(rows.filter({ hasText: 'operator.sign_in_failed' })).toHaveCount(1)
  await expect(page.getByRole('row').filter({ hasText: 'unknown' }).first()).toBeVisible()
  expect(await page.content(), 'what was typed by somebody unknown is not kept').not.toContain(
    'typed-a-secret',
  )
})
