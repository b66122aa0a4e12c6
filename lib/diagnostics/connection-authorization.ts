import { randomBytes } from 'node:crypto'
import type { Value } from '@/lib/messages/findings/say'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import type { UpstreamContext } from '@/lib/upstream/context'
import { authorizationFailure } from '@/lib/upstream/failure'
import { beginOAuth2Login } from '@/lib/upstream/oauth2'
import { beginOidcLogin } from '@/lib/upstream/oidc'
import { isAboutPkce } from '@/lib/upstream/provider-codes'
import type { ConnectionCheck } from './connection-check'
import { failureFinding } from './failure-finding'
import { type Finding, findingsOf } from './finding'

const { ok, warning, problem } = findingsOf('connection')

type Subject = 'callback' | 'scope' | 'pkce' | 'unknown'

/** How the identity provider took a request for a login. */
type Taken =
  /** It sent the browser back to the callback, with an error or none. */
  | { readonly how: 'back'; readonly error: string | undefined; readonly isAboutPkce: boolean }
  /** It shows something, or goes on at its own. */
  | { readonly how: 'page'; readonly about: 'callback' | 'unknown'; readonly like: string }
  | { readonly how: 'refused'; readonly about: Subject; readonly status: number }

/**
 * The identity provider's answer to the authorization request of a login with all scopes of the server. With
 * `prompt=none` an OpenID provider should answer at once, without a page: an answer proves that it knows our client ID
 * and callback URL. Where it shows a page, a second request with an unregistered callback URL is the control.
 *
 * @throws UpstreamError when it cannot be asked
 */
export async function authorizationFindings(check: ConnectionCheck): Promise<readonly Finding[]> {
  const { callbackUrl } = check.context
  const taken = await ask(check, callbackUrl)
  if (taken.how === 'back') return [answerFinding(taken)]
  if (taken.how === 'refused' || taken.about === 'callback') return [refusalFinding(taken, callbackUrl)]
  const control = await ask(check, `${callbackUrl}-of-nobody`)
  if (control.how === 'page' && control.like === taken.like)
    return [warning('callback', 'idp.callback_untold', { callbackUrl })]
  return [ok('callback', 'idp.callback')]
}

/** OpenID Connect Core §3.1.2.6: no user is signed in, and everything else was correct. */
const IN_ORDER = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
])

function answerFinding({ error, isAboutPkce }: Extract<Taken, { how: 'back' }>): Finding {
  if (error === undefined || IN_ORDER.has(error)) return ok('callback', 'idp.callback_and_scopes')
  return failureFinding(authorizationFailure(error, { isAboutPkce }))
}

function refusalFinding(taken: Exclude<Taken, { how: 'back' }>, callbackUrl: string): Finding {
  const status: Value = taken.how === 'refused' ? { part: 'status', values: { status: taken.status } } : ''
  const { reason, code } = SUBJECTS[taken.about]
  return problem(reason, code, { status, callbackUrl, remedy: { remedyOf: reason } })
}

const SUBJECTS = {
  scope: { reason: 'upstream_scope_rejected', code: 'idp.page_scope' },
  pkce: { reason: 'upstream_pkce_rejected', code: 'idp.page_pkce' },
  callback: { reason: 'upstream_callback_rejected', code: 'idp.page_callback' },
  unknown: { reason: 'upstream_callback_rejected', code: 'idp.page' },
} as const

async function ask(check: ConnectionCheck, callbackUrl: string): Promise<Taken> {
  const context = { ...check.context, callbackUrl }
  const url = await loginUrl(check, context)
  const response = await context.http.request('authorization endpoint', url, {
    headers: { accept: 'text/html' },
  })
  const { status } = response
  if (status >= 500)
    throw new UpstreamError(
      'upstream_unreachable',
      `The authorization endpoint is unavailable (HTTP ${status}).`,
    )
  const location = response.headers.get('location')
  if (status >= 300 && status < 400 && location && parseUrl(location, url))
    return redirection(new URL(location, url), callbackUrl)
  const text = (await response.text()).slice(0, 100_000)
  if (status >= 400) return { how: 'refused', about: subjectOf(text), status }
  return { how: 'page', about: REDIRECT_ERROR.test(text) ? 'callback' : 'unknown', like: String(status) }
}

function redirection(location: URL, callbackUrl: string): Taken {
  const { origin, pathname, searchParams } = location
  if (`${origin}${pathname}` === callbackUrl.replace(/[?#].*$/, ''))
    return {
      how: 'back',
      error: searchParams.get('error') ?? undefined,
      isAboutPkce: isAboutPkce(Object.fromEntries(searchParams)),
    }
  // Many have a login under a path of its own for each visit.
  return { how: 'page', about: 'unknown', like: `${origin}${pathname.split('/').slice(0, 2).join('/')}` }
}

const REDIRECT_URI = /redirect[\s_-]?ur[il]|callback[\s_-]?ur[il]/i
const REDIRECT_ERROR =
  /AADSTS50011|redirect_uri_mismatch|invalid_redirect_uri|redirect[\s_-]?ur[il][^<]{0,60}(mismatch|not match|invalid|not (registered|allowed|whitelisted|valid))/i

/** Not where a page repeats our request. */
const PKCE_ERROR = /\bpkce\b|code[ _](challenge|verifier)(?![\w=&%"])/i

function subjectOf(text: string): Subject {
  if (REDIRECT_URI.test(text)) return 'callback'
  if (PKCE_ERROR.test(text)) return 'pkce'
  return /invalid_scope/i.test(text) ? 'scope' : 'unknown'
}

async function loginUrl(check: ConnectionCheck, context: UpstreamContext): Promise<string> {
  const { connection, server } = check
  const random = () => randomBytes(32).toString('base64url')
  const login = {
    state: random(),
    nonce: random(),
    codeVerifier: random(),
    scopes: [...new Set(server.scopes.flatMap(({ upstreamScopes }) => upstreamScopes))],
    resource: server.resource,
  }
  if (connection.type === 'oauth2') return beginOAuth2Login(connection, login, context)
  const url = new URL(await beginOidcLogin(connection, login, context))
  // Whatever prompt the operator fixed is for users.
  url.searchParams.set('prompt', 'none')
  return url.href
}
