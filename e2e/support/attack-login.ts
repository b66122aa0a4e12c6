import { newVisitor, type Visitor } from './attack-visitor'
import { authorizeUrl, makePkce, type Pkce, register } from './test'
import type { World } from './world'

/** The redirect URI of the pre-registered clients, on a port without a listener. */
export const REDIRECT = 'http://127.0.0.1:9876/callback'

/** The consent page as this visitor was shown it. */
export type Consent = {
  readonly requestId: string
  readonly token: string
  /** What it shows as allowed before, as its form sends it back. */
  readonly assumed: string
  readonly reference: string
  readonly page: Response
  readonly html: string
}

/** Where an answer leads; empty when it does not. */
export const locationOf = (response: Response) => response.headers.get('location') ?? ''

/** The query of the redirect that an answer is. */
export const redirectQuery = (response: Response) => new URL(locationOf(response)).searchParams

/** Goes to an authorization URL, up to the consent page. */
export async function openConsent(visitor: Visitor, url: string): Promise<Consent> {
  const begun = await visitor.go(url)
  if (begun.status !== 303) throw new Error(`authorize answered ${begun.status}: ${await begun.text()}`)
  return openConsentLink(visitor, locationOf(begun))
}

/** The same, from the link that the authorization endpoint answers with. */
export async function openConsentLink(visitor: Visitor, link: string): Promise<Consent> {
  const page = await visitor.go(locationOf(await visitor.go(link)))
  return consentIn(page, await page.text())
}

/** What the consent page holds. */
export function consentIn(page: Response, html: string): Consent {
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? ''
  const reference = /Reference<\/dt><dd><bdi[^>]*>([0-9A-Z-]+)</.exec(html)?.[1] ?? ''
  const [requestId, token, assumed] = [field('request'), field('token'), field('assumed')]
  return { requestId, token, assumed, reference, page, html }
}

/** Presses a button of the consent page. */
export function decide(
  world: World,
  visitor: Visitor,
  consent: Consent,
  decision: 'allow' | 'deny' = 'allow',
): Promise<Response> {
  const { requestId: request, token, assumed } = consent
  return visitor.submit(
    `${world.app.url}/oauth/consent/decision`,
    { request, token, assumed, decision },
    world.app.url,
  )
}

/**
 * Logs in at the identity provider.
 *
 * @param link the redirect that Allow was answered with
 * @returns the URL of our callback that the identity provider sends the browser to; it is not visited yet
 */
export async function logInUpstream(
  world: World,
  visitor: Visitor,
  link: string,
  username = 'alice',
): Promise<string> {
  let url = link
  for (let step = 0; step < 10; step++) {
    if (url.startsWith(`${world.app.url}/oauth/callback/`)) return url
    const page = await visitor.go(url)
    const answer = page.status === 200 ? await visitor.submit(url, { username, password: 'sandbox' }) : page
    url = new URL(locationOf(answer), url).href
  }
  throw new Error('the identity provider does not come to an end')
}

/** Allows, logs in, and stops in front of our callback. */
export async function approachCallback(world: World, visitor: Visitor, url: string, username = 'alice') {
  const consent = await openConsent(visitor, url)
  const allowed = await decide(world, visitor, consent)
  return { consent, callback: await logInUpstream(world, visitor, locationOf(allowed), username) }
}

/** A finished login, and all that its client knows. */
export type Login = {
  readonly code: string
  readonly verifier: string
  readonly clientId: string
  readonly redirectUri: string
  readonly reference: string
}

export type LoginOptions = {
  readonly issuer?: string
  readonly clientId?: string
  readonly redirectUri?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly visitor?: Visitor
  readonly username?: string
  readonly pkce?: Pkce
}

/** A client without grants: a login's scope is all that it has. */
export async function newClientId(issuer: string): Promise<string> {
  const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
  const { client_id = '' } = await register(issuer, metadata)
  return client_id
}

/** A whole login, up to the authorization code; at the default server and with its public client unless told. */
export async function obtainCode(world: World, options: LoginOptions = {}): Promise<Login> {
  const { issuer = world.issuers.root, clientId = 'cli', redirectUri = REDIRECT } = options
  const { visitor = newVisitor(), username = 'alice', pkce = makePkce() } = options
  const url = authorizeUrl(issuer, {
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: pkce.challenge,
    ...options.parameters,
  })
  const { consent, callback } = await approachCallback(world, visitor, url, username)
  const answer = await visitor.go(callback)
  if (answer.status !== 303) throw new Error(`the callback answered ${answer.status}: ${await answer.text()}`)
  const code = redirectQuery(answer).get('code')
  if (!code) throw new Error(`no code in ${locationOf(answer)}`)
  return { code, verifier: pkce.verifier, clientId, redirectUri, reference: consent.reference }
}
