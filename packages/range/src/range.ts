import { setTimeout } from 'node:timers/promises'
import type { Attack } from './attack'
import { ATTACKS } from './catalogue'
import { NotOffered, Undecided } from './errors'
import { type Http, openHttp } from './http'
import { type Json, textOf } from './json'
import { internalAddress, type Listener, openListener } from './listener'
import type { LoginDriver } from './login/driver'
import { type SendRequest, sendPlain } from './plain-request'
import type { Settings } from './settings'
import { openTarget, type Target } from './target'
import { metadataUrls } from './well-known'

export type Outcome = 'finding' | 'passed' | 'skipped' | 'undecided'

export type Result = Omit<Attack, 'run'> & {
  readonly outcome: Outcome
  /** What was observed, or why nothing was tried or can be said. */
  readonly detail?: string
}

export type Report = {
  readonly issuer: string
  readonly results: readonly Result[]
}

export type RangeOptions = Partial<Omit<Settings, 'issuer'>> & {
  readonly issuer: string
  readonly login: (http: Http) => LoginDriver | Promise<LoginDriver>
  /** Ids of the attacks to try; all without it. */
  readonly only?: readonly string[]
  /** Sends requests instead of Node. */
  readonly sendRequest?: SendRequest
  readonly onResult?: (result: Result) => void
}

/**
 * Attacks an authorization server from outside, after an honest login was seen to work.
 *
 * @throws Undecided where there are no metadata, or where the honest login does not end with tokens
 */
export async function runRange(options: RangeOptions): Promise<Report> {
  const settings = settingsOf(options)
  const http = openHttp({ sendRequest: options.sendRequest ?? sendPlain, wait: settings.wait })
  const metadata = await readMetadata(http, settings.issuer)
  const listeners: Listener[] = []
  const opened = async (place: Parameters<typeof openListener>[0]) => {
    const listener = await openListener(place)
    listeners.push(listener)
    return listener
  }
  const { internalAddress: host, documents: place } = settings
  try {
    const internal = host === undefined ? undefined : await opened({ host })
    const documents = place && (await opened(place))
    const login = await options.login(http)
    const target = openTarget({ settings, http, metadata, login, internal, documents })
    // What never works withstands every attack.
    await target.tokens()
    const results: Result[] = []
    for (const attack of chosen(options.only)) {
      const result = await attempt(attack, target)
      results.push(result)
      options.onResult?.(result)
    }
    const isSound = await target.tokens().then(
      () => true,
      () => false,
    )
    return { issuer: settings.issuer, results: isSound ? results : results.map(doubted) }
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()))
  }
}

function chosen(only: readonly string[] | undefined): readonly Attack[] {
  const unknown = only?.find((id) => !ATTACKS.some((attack) => attack.id === id))
  if (unknown !== undefined) throw new RangeError(`there is no attack ${unknown}`)
  return ATTACKS.filter(({ id }) => only?.includes(id) ?? true)
}

async function attempt({ run, ...attack }: Attack, target: Target): Promise<Result> {
  try {
    const observed = await run(target)
    if (observed === undefined) return { ...attack, outcome: 'passed' }
    return { ...attack, outcome: 'finding', detail: observed }
  } catch (error) {
    if (error instanceof NotOffered) return { ...attack, outcome: 'skipped', detail: error.message }
    if (error instanceof Undecided) return { ...attack, outcome: 'undecided', detail: error.message }
    throw error
  }
}

/** After the attacks nobody can log in any more: what was refused may have been refused for that. */
const doubted = (result: Result): Result =>
  result.outcome === 'passed'
    ? { ...result, outcome: 'undecided', detail: 'after the attacks an honest login fails' }
    : result

function settingsOf(options: RangeOptions): Settings {
  const { login: _login, only: _only, sendRequest: _sendRequest, onResult: _onResult, ...given } = options
  return {
    redirectUri: given.client?.redirectUri ?? 'https://client.example/callback',
    parameters: {},
    internalAddress: isHere(given.issuer) ? internalAddress() : undefined,
    slow: false,
    wait: (milliseconds) => setTimeout(milliseconds),
    ...given,
  }
}

async function readMetadata(http: Http, issuer: string): Promise<Json> {
  for (const url of metadataUrls(issuer)) {
    const { status, json } = await http.send(url)
    if (status === 200 && textOf(json, 'authorization_endpoint') !== undefined) return json
  }
  throw new Undecided(`${issuer} publishes no metadata (RFC 8414)`)
}

/** Whether the server would reach this machine by a loopback address. */
const isHere = (issuer: string) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(issuer).hostname)
