import { randomBytes } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import { redeem } from './attack-tokens'
import { enterConsole, newOperator } from './console'
import { catchLastRedirect } from './last-redirect'
import { authorizeUrl, makePkce } from './test'
import type { World } from './world'

const REDIRECT = 'http://127.0.0.1/callback'

/** An organization without an identity provider: its people log in here. */
export type PlatformServer = {
  readonly slug: string
  readonly issuer: string
  /** Adds a user in the console, as the organization's admin. Leads to the link for the password. */
  readonly addPerson: (browser: Browser, address: string) => Promise<string>
}

export async function startPlatformServer(world: World): Promise<PlatformServer> {
  const slug = `platform-${randomBytes(4).toString('hex')}`
  await (await world.inside()).apply(configuration(slug))
  const admin = await newOperator(world, slug, 'admin')
  return {
    slug,
    issuer: `${world.app.url}/s/${slug}`,
    async addPerson(browser, address) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await enterConsole(page, world, admin)
      await page.goto(`${world.app.url}/console/${slug}/connections/people/people`)
      await page.getByLabel('Email address').fill(address)
      await page.getByRole('button', { name: 'Add person' }).click()
      const link = await page.getByRole('status').locator('code').textContent()
      await context.close()
      return link ?? ''
    },
  }
}

/** Chooses the password that belongs to a link. */
export async function choosePassword(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Password saved' }).waitFor()
}

/** The authorization URL of a login at the server's public client, and how to finish it. */
export async function startPlatformLogin(
  page: Page,
  { issuer }: PlatformServer,
  extra: Record<string, string> = {},
) {
  const pkce = makePkce()
  const parameters = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: pkce.challenge, ...extra }
  const back = await catchLastRedirect(page, REDIRECT)
  await page.goto(authorizeUrl(issuer, parameters))
  await page.getByRole('button', { name: 'Allow' }).click()
  return {
    /** Where the client is called at the end. */
    back,
    /** What the client gets for the code. */
    async tokens(): Promise<Response> {
      const code = new URL(await back()).searchParams.get('code') ?? ''
      const login = { clientId: 'cli', redirectUri: REDIRECT, code, verifier: pkce.verifier, reference: '' }
      return redeem(issuer, login)
    },
  }
}

/** Fills in our own login page. */
export async function fillPlatformLogin(page: Page, address: string, password: string): Promise<void> {
  await page.getByLabel('Email address').fill(address)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const configuration = (slug: string) => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - { slug: people, id: ${slug}, type: platform, name: "${slug} accounts" }
    servers:
      - slug: ${slug}
        name: ${slug}
        resource: https://${slug}.example/mcp
        connection: people
        passed_claims: [email]
        scopes:
          - { name: "profile:read", description: "See your name" }
        clients:
          - { client_id: cli, redirect_uris: ["${REDIRECT}"], token_endpoint_auth_method: none }
`
