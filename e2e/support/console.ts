import { expect, type Page } from '@playwright/test'
import { makeSignature } from 'better-auth/crypto'
import { eq } from 'drizzle-orm'
import { members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import type { Role } from '@/lib/access'
import type { OperatorAuth } from '@/lib/accounts/operator-auth'
import { newId } from '@/lib/store/database/ids'
import type { World } from './world'

export type Credentials = { readonly email: string; readonly password: string }

const OWNER: Credentials = { email: 'owner@example.com', password: 'correct horse battery staple' }

/** Is signed in as the operator of the installation. */
export async function enterAsOwner(page: Page, world: World): Promise<void> {
  await newOwner(world)
  await enterConsole(page, world, OWNER)
}

async function newOwner(world: World): Promise<void> {
  const { db, auth } = await world.inside()
  const [owner] = await db.select().from(operators).where(eq(operators.email, OWNER.email))
  if (!owner) await createOperator(auth, { email: OWNER.email, name: 'Owner', isInstallationOperator: true })
}

/** Is signed in without the form and the check of a password: the session is made in the store. */
export async function enterConsole(page: Page, world: World, operator: Credentials): Promise<void> {
  const cookie = await sessionCookie(world, operator)
  await page.context().addCookies([{ ...cookie, url: world.app.url, httpOnly: true, sameSite: 'Lax' }])
}

/** The cookie of a new session of an operator. */
export async function sessionCookie(world: World, { email }: Pick<Credentials, 'email'>) {
  const { db, auth } = await world.inside()
  const [operator] = await db.select().from(operators).where(eq(operators.email, email))
  const { internalAdapter, authCookies, secret } = await auth.$context
  const { token } = await internalAdapter.createSession(operator?.id ?? '')
  const value = encodeURIComponent(`${token}.${await makeSignature(token, secret)}`)
  return { name: authCookies.sessionToken.name, value }
}

/** Comes in as the first visitor, with the link that the start prints. */
export async function setUp(page: Page, world: World): Promise<void> {
  await page.goto(await setupLink(world))
  await page.getByLabel('Your email address').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByLabel('Name of your first organization').fill('Operations')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/console/operations')
}

/** The link for the first visitor, once the start has printed it. */
export async function setupLink({ app }: Pick<World, 'app'>): Promise<string> {
  const find = () => /\S+\/console\/setup\?token=\S+/.exec(app.output())?.[0]
  await expect.poll(find).toBeDefined()
  return find() ?? ''
}

/** Signs in with a password, in a browser that is signed out. */
export async function signIn(page: Page, { app }: World, { email, password }: Credentials): Promise<void> {
  await page.goto(`${app.url}/console/sign-in`)
  await page.getByLabel('Your email address').fill(email)
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
  // One word: where a line ends at a hyphen depends on what is around it.
  email = `${newId().toLowerCase().replaceAll('-', 'x')}@example.com`,
): Promise<Credentials> {
  const { db, auth } = await world.inside()
  const { id: userId } = await createOperator(auth, { email, name: 'Test' })
  if (organization !== undefined) {
    const [found] = await db.select().from(organizations).where(eq(organizations.slug, organization))
    if (!found) throw new Error(`there is no organization ${organization}`)
    await db.insert(members).values({ id: newId(), userId, organizationId: found.id, role })
  }
  return { email, password: OWNER.password }
}

/** All have one password: hashing it takes its time. */
let hash: Promise<string> | undefined

async function createOperator(
  auth: OperatorAuth,
  operator: { readonly email: string; readonly name: string; readonly isInstallationOperator?: boolean },
) {
  const { internalAdapter, password } = await auth.$context
  hash ??= password.hash(OWNER.password)
  const user = await internalAdapter.createUser(operator, { method: 'email-password' })
  const account = { userId: user.id, accountId: user.id, providerId: 'credential', password: await hash }
  await internalAdapter.linkAccount(account)
  return user
}
