import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, newBrowser, post } from './browser'
import { BeginAnew, type Insist, wayBackIn } from './retry'
import type { Tally } from './tally'

const REDIRECT = 'http://127.0.0.1:9876/callback'

/** Milliseconds after which a code may have expired. */
const CODE_LIFETIME = 55_000

/** What Redis may lose: challenges and codes. */
export const REDIS_LOSES = {
  restart: 'Redis is restarted, empty',
  flush: 'Redis is flushed',
  failover: 'Redis fails over to a stale copy',
} as const

/** How often a login is begun anew. */
const TRIES = 20

/** What a client holds after a login. */
export type Session = {
  readonly issuer: string
  refreshToken: string
  accessToken: string
  /** A client uses it just now. */
  busy: boolean
  over: boolean
}

export type Setting = { readonly publicUrl: string; readonly tally: Tally; readonly insist: Insist }

/** A whole login, begun anew as often as the client is told that it may. Null when it was lost. */
export async function logIn(issuer: string, setting: Setting): Promise<Session | null> {
  const { tally } = setting
  tally.count('asked')
  for (let tries = 0; tries < TRIES; tries++) {
    const verifier = randomBytes(32).toString('base64url')
    try {
      const code = await obtainCode(
        issuer,
        createHash('sha256').update(verifier).digest('base64url'),
        setting,
      )
      const session = await redeem(issuer, code, verifier, setting)
      tally.count('confirmed')
      tally.count('logins')
      return session
    } catch (error) {
      if (!(error instanceof BeginAnew)) {
        tally.count('lost', String(error))
        return null
      }
      tally.count('begun anew')
      await wait(1_000)
    }
  }
  return null
}

async function obtainCode(issuer: string, challenge: string, setting: Setting): Promise<string> {
  const browser = newBrowser()
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const html = await consentPage(browser, `${issuer}/oauth/authorize?${query}`, setting)
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
  const form = {
    request: field('request'),
    token: field('token'),
    assumed: field('assumed'),
    decision: 'allow',
  }
  if (!form.request) throw new Error(`the consent page is another one: ${titleOf(html)}`)
  const upstream = await onward(browser, `${setting.publicUrl}/oauth/consent/decision`, setting, form)
  const callback = await onward(browser, upstream, setting)
  const back = new URL(await onward(browser, callback, setting))
  return back.searchParams.get('code') ?? ''
}

/** Follows redirects to the consent page, which opens itself anew where a store did not answer. */
async function consentPage(browser: Browser, from: string, setting: Setting): Promise<string> {
  let url = await onward(browser, from, setting)
  for (let redirects = 0; redirects < 20; redirects++) {
    const answer = await setting.insist(() => browser.go(url))
    const location = answer.headers.get('location')
    if (!location) return answer.text()
    url = new URL(location, url).href
  }
  throw new Error('the consent page does not come to an end')
}

/** Where a step of the browser leads, an error page by its button; one that leads nowhere is a login that is lost. */
async function onward(
  browser: Browser,
  url: string,
  { insist }: Setting,
  form?: Readonly<Record<string, string>>,
): Promise<string> {
  const { pathname } = new URL(url)
  const answer = await insist(() => browser.go(url, form))
  const location = answer.headers.get('location') ?? (await wayBackIn(answer))
  if (!location) {
    const title = titleOf(await answer.text())
    throw new Error(`${pathname} answered ${answer.status}: ${title}`)
  }
  const target = new URL(location, url)
  const error = target.searchParams.get('error')
  if (error === 'temporarily_unavailable' || error === 'server_error') throw new BeginAnew(error)
  if (error) throw new Error(`${pathname} told ${error}: ${target.searchParams.get('error_description')}`)
  return target.href
}

async function redeem(
  issuer: string,
  code: string,
  verifier: string,
  { insist, tally }: Setting,
): Promise<Session> {
  const since = Date.now()
  const form = { grant_type: 'authorization_code', client_id: 'cli', redirect_uri: REDIRECT, code }
  const present = (code_verifier: string) =>
    insist(() => post(`${issuer}/oauth/token`, { ...form, code_verifier }))
  if ((await present('x'.repeat(43))).status === 200) tally.count('let in', 'a code without its verifier')
  const answer = await present(verifier)
  const { error, refresh_token: refreshToken, access_token: accessToken } = await answer.json()
  if (answer.status === 200) return { issuer, refreshToken, accessToken, busy: false, over: false }
  // Codes are in Redis, which holds only what may be lost (decision 0005): the client is told to begin anew.
  const gone =
    Date.now() - since > CODE_LIFETIME || Object.values<string>(REDIS_LOSES).includes(tally.fault())
  if (error === 'invalid_grant' && gone) throw new BeginAnew('the code is gone')
  throw new Error(`redeeming was answered ${answer.status} ${error}`)
}

const titleOf = (html: string) => /<h1[^>]*>([^<]*)/.exec(html)?.[1] ?? html.slice(0, 200)
