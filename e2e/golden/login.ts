import { createHash, randomBytes } from 'node:crypto'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { REDIRECT } from './configuration'
import type { Installation } from './installation'
import type { Sheet } from './sheet'

const VERIFIER = randomBytes(32).toString('base64url')
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

type LoginOptions = {
  /** Of an issuer. */
  readonly at?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly username?: string
  readonly visitor?: Visitor
}

/** The consent page, and what its form sends. */
export type Consent = { readonly fields: Readonly<Record<string, string>>; readonly reference: string }

export function authorizeUrl(issuer: string, parameters: Readonly<Record<string, string>> = {}): string {
  const all = {
    response_type: 'code',
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'the-state',
    ...parameters,
  }
  return `${issuer}/oauth/authorize?${new URLSearchParams(all)}`
}

/** Follows our own redirects, as a browser does, and writes each answer down. */
async function follow(sheet: Sheet, title: string, url: string, visitor: Visitor) {
  let answer = await sheet.ask(title, url, {}, visitor)
  for (let step = 0; step < 5; step++) {
    const next = answer.headers.get('location')
    if (!next || new URL(next, url).port !== new URL(url).port) break
    answer = await sheet.ask(`${title}, redirected`, new URL(next, url).href, {}, visitor)
  }
  return answer
}

/** Goes to an authorization URL, up to the consent page. */
export async function openConsent(
  sheet: Sheet,
  title: string,
  url: string,
  visitor: Visitor,
): Promise<Consent> {
  const { text } = await follow(sheet, title, url, visitor)
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
  const names = ['request', 'token', 'assumed']
  return {
    fields: Object.fromEntries(names.map((name) => [name, field(name)])),
    reference: /Reference<\/dt><dd><bdi[^>]*>([0-9A-Z-]+)</.exec(text)?.[1] ?? '',
  }
}

/** Presses a button of the consent page. */
export function decide(
  { app }: Installation,
  sheet: Sheet,
  visitor: Visitor,
  { fields }: Consent,
  decision: string,
  origin = app.url,
) {
  const body = new URLSearchParams({ ...fields, decision })
  const request = { method: 'POST', headers: { origin }, body }
  return sheet.ask(`the decision: ${decision}`, `${app.url}/oauth/consent/decision`, request, visitor)
}

/** Logs in at the identity provider, which is nothing of ours and not written down; ends in front of our callback. */
export async function logInUpstream(
  { app }: Installation,
  visitor: Visitor,
  link: string,
  username = 'alice',
): Promise<string> {
  let url = link
  for (let step = 0; step < 10; step++) {
    if (url.startsWith(`${app.url}/oauth/callback/`)) return url
    const page = await visitor.go(url)
    const answer = page.status === 200 ? await visitor.submit(url, { username, password: 'sandbox' }) : page
    url = new URL(answer.headers.get('location') ?? '', url).href
  }
  throw new Error('the identity provider does not come to an end')
}

/** A whole login, up to the code for the client. */
export async function logIn(
  installation: Installation,
  sheet: Sheet,
  title: string,
  options: LoginOptions = {},
) {
  const { at = installation.app.url, parameters = {}, username, visitor = newVisitor() } = options
  const consent = await openConsent(sheet, title, authorizeUrl(at, parameters), visitor)
  const allowed = await decide(installation, sheet, visitor, consent, 'allow')
  const callback = await logInUpstream(installation, visitor, allowed.headers.get('location') ?? '', username)
  const answer = await sheet.ask('the callback', callback, {}, visitor)
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  return { code, callback, visitor, reference: consent.reference }
}

/** The form that redeems a code. */
export const redemption = (code: string, changes: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'authorization_code',
  client_id: 'cli',
  redirect_uri: REDIRECT,
  code,
  code_verifier: VERIFIER,
  ...changes,
})
