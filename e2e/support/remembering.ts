import type { Page } from '@playwright/test'
import { locationOf, obtainCode, openConsent } from './attack-login'
import { obtainTokens, type Tokens } from './attack-tokens'
import { newVisitor, type Visitor } from './attack-visitor'
import { clientDocument, type DocumentHost } from './document-host'
import { authorizeUrl, logIn, makePkce } from './test'
import type { World } from './world'

/** Where the clients of these tests listen. Nothing answers there: what counts is that a browser is sent to it. */
export const SITE = 'https://client.example/callback'

/** What a browser says of a navigation that its user began, by typing the address for example. */
const BY_ITSELF = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** A client that is known by a document, and whose consent can be remembered. */
export type Remembered = {
  readonly clientId: string
  /** A whole login by way of the consent page. */
  readonly logIn: (visitor: Visitor, username?: string, parameters?: Parameters) => Promise<Tokens>
  /** The same in a real browser. */
  readonly connect: (page: Page) => Promise<void>
  /** Asks for a login: the answer is a redirect to the consent page, or past it. */
  readonly ask: (visitor: Visitor, parameters?: Parameters, headers?: Parameters) => Promise<Response>
  /** An authorization URL of its own. */
  readonly url: (parameters?: Parameters) => string
}

type Parameters = Readonly<Record<string, string>>

/** @param changes to its document */
export function rememberedClient(
  world: World,
  host: DocumentHost,
  { issuer = world.issuers.root, redirectUri = SITE, changes = {} } = {},
): Remembered {
  const clientId = host.publish(clientDocument(redirectUri, changes))
  const url = (parameters: Parameters = {}) =>
    authorizeUrl(issuer, {
      client_id: clientId,
      redirect_uri: redirectUri,
      code_challenge: makePkce().challenge,
      ...parameters,
    })
  return {
    clientId,
    url,
    logIn: async (visitor, username = 'alice', parameters = {}) =>
      obtainTokens(
        issuer,
        await obtainCode(world, { issuer, clientId, redirectUri, visitor, username, parameters }),
      ),
    connect: async (page) => {
      const { verifier, challenge } = makePkce()
      const back = await logIn(page, url({ code_challenge: challenge }))
      const code = back.searchParams.get('code') ?? ''
      await obtainTokens(issuer, { code, verifier, clientId, redirectUri, reference: '' })
    },
    ask: async (visitor, parameters = {}, headers = BY_ITSELF) =>
      visitor.go(locationOf(await visitor.go(url(parameters), { headers })), { headers }),
  }
}

/** What an answer of `ask` is. */
export function kindOf(world: World, answer: Response): 'page' | 'upstream' | 'client' | 'shown' {
  const location = locationOf(answer)
  if (location.startsWith(`${world.app.url}/oauth/consent?`)) return 'page'
  if (location.startsWith('https://client.example/')) return 'client'
  return location ? 'upstream' : 'shown'
}

/** A person's browser that has just logged in with this client. */
export async function newKnownVisitor(client: Remembered, username = 'alice'): Promise<Visitor> {
  const visitor = newVisitor()
  await client.logIn(visitor, username)
  return visitor
}

/** The text of the consent page, without markup. */
export async function pageText(visitor: Visitor, url: string): Promise<string> {
  const { html } = await openConsent(visitor, url)
  const [, main = ''] = /<main[^>]*>(.*)<\/main>/s.exec(html) ?? []
  return main.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}
