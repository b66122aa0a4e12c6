import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { eq } from 'drizzle-orm'
import { members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import type { Role } from '@/lib/access'
import { type OperatorAccounts, operatorAccounts } from '@/lib/accounts/operators'
import { keyring } from '@/lib/crypto/keyring'
import { closeDatabase, type Database, openDatabase } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import type { World } from './world'

export type Credentials = { readonly email: string; readonly password: string }

const OWNER: Credentials = { email: 'owner@example.com', password: 'correct horse battery staple' }

/** Signs in as the operator of the installation: as the first visitor, unless another test was there before. */
export async function signInAsOwner(page: Page, world: World): Promise<void> {
  const setup = /\S+\/console\/setup\?token=\S+/.exec(world.app.output())?.[0] ?? ''
  await page.goto(setup)
  const isFirst = await page.getByRole('button', { name: 'Create' }).isVisible()
  if (!isFirst) {
    await withAccounts(world, async (db, accounts) => {
      const [owner] = await db.select().from(operators).where(eq(operators.email, OWNER.email))
      if (!owner) await accounts.create({ ...OWNER, name: 'Owner' }, true)
    })
    return signIn(page, world, OWNER)
  }
  await page.getByLabel('Your e-mail address').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByLabel('Name of your first organization').fill('Operations')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.waitForURL('**/console/operations')
}

/** Signs in with a password, in a browser that is signed out. */
export async function signIn(page: Page, { app }: World, { email, password }: Credentials): Promise<void> {
  await page.goto(`${app.url}/console/sign-in`)
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/console/sign-in'))
}

/**
 * An operator who is a member of one organization, or of none.
 *
 * @param organization slug
 */
export async function newOperator(
  world: World,
  organization?: string,
  role: Role = 'admin',
  email = `${newId().toLowerCase()}@example.com`,
): Promise<Credentials> {
  const credentials = { email, password: newId() }
  await withAccounts(world, async (db, accounts) => {
    await accounts.create({ ...credentials, name: 'Test' })
    if (organization === undefined) return
    const [operator] = await db.select().from(operators).where(eq(operators.email, credentials.email))
    const [found] = await db.select().from(organizations).where(eq(organizations.slug, organization))
    if (!operator || !found) throw new Error(`there is no organization ${organization}`)
    await db.insert(members).values({ id: newId(), userId: operator.id, organizationId: found.id, role })
  })
  return credentials
}

/** The accounts of a world, past its console. */
async function withAccounts(
  world: World,
  use: (db: Database, accounts: OperatorAccounts) => Promise<void>,
): Promise<void> {
  const database = await world.openDatabase()
  const db = openDatabase(database.url)
  const keys = keyring([{ id: 'unused', key: randomBytes(32) }])
  await use(db, operatorAccounts({ publicUrl: world.app.url, db, keyring: keys, rateLimits: false }))
  await closeDatabase(db)
  await database.close()
}
