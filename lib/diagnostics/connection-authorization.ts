import { randomBytes } from 'node:crypto'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import type { UpstreamContext } from '@/lib/upstream/context'
import { authorizationFailure } from '@/lib/upstream/failure'
import { beginOAuth2Login } from '@/lib/upstream/oauth2'
import { beginOidcLogin } from '@/lib/upstream/oidc'
import type { ConnectionCheck } from './connection-check'
import { type Finding, findingsOf } from './finding'

const { ok, warning, problem } = findingsOf('connection')

/** How the identity provider took a request for a login. */
type Taken =
  /** It sent the browser back to the callback, with an error or none. */
  | { readonly how: 'back'; readonly error: string | undefined }
  /** It shows something, or goes on at its own. */
  | { readonly how: 'page'; readonly about: 'callback' | 'unknown'; readonly like: string }
  | { readonly how: 'refused'; readonly about: 'callback' | 'scope' | 'unknown'; readonly status: number }

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
  if (taken.how === 'back') return [answerFinding(taken.error, check)]
  if (taken.how === 'refused' || taken.about === 'callback') return [refusalFinding(taken, check)]
  const control = await ask(check, `${callbackUrl}-of-nobody`)
  if (control.how === 'page' && control.like === taken.like)
    return [
      warning(
        'callback',
        'Whether it knows our callback URL cannot be told: it answers other URLs in the same way.',
        `Compare what is registered there with ${callbackUrl}, letter by letter.`,
      ),
    ]
  return [ok('callback', 'It knows our client ID and our callback URL, and refuses others.')]
}

/** OpenID Connect Core §3.1.2.6: no user is signed in, and everything else was correct. */
const IN_ORDER = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
])

function answerFinding(error: string | undefined, { remedies }: ConnectionCheck): Finding {
  if (error === undefined || IN_ORDER.has(error))
    return ok(
      'callback',
      'It knows our client ID and our callback URL, and takes the scopes that are asked for.',
    )
  const { reason, detail } = authorizationFailure(error)
  return problem(reason, detail, remedies[reason])
}

function refusalFinding(taken: Exclude<Taken, { how: 'back' }>, { context, remedies }: ConnectionCheck) {
  const { callbackUrl } = context
  const status = taken.how === 'refused' ? ` (HTTP ${taken.status})` : ''
  if (taken.about === 'scope')
    return problem(
      'upstream_scope_rejected',
      `It shows users an error page about a scope${status} in place of a login.`,
      remedies.upstream_scope_rejected,
    )
  if (taken.about === 'callback')
    return problem(
      'upstream_callback_rejected',
      `It shows users an error page about the redirect URI${status} in place of a login: our callback URL is not registered there.`,
      `Register exactly ${callbackUrl} there. ${remedies.upstream_callback_rejected}`,
    )
  return problem(
    'upstream_callback_rejected',
    `It shows users an error page${status} in place of a login. Mostly that is a callback URL that is not registered, or a wrong client ID.`,
    `Register exactly ${callbackUrl} there, and compare client_id of the connection.`,
  )
}

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
    return { how: 'back', error: searchParams.get('error') ?? undefined }
  // Many have a login under a path of its own for each visit.
  return { how: 'page', about: 'unknown', like: `${origin}${pathname.split('/').slice(0, 2).join('/')}` }
}

const REDIRECT_URI = /redirect[\s_-]?ur[il]|callback[\s_-]?ur[il]/i
const REDIRECT_ERROR =
  /AADSTS50011|redirect_uri_mismatch|invalid_redirect_uri|redirect[\s_-]?ur[il][^<]{0,60}(mismatch|not match|invalid|not (registered|allowed|whitelisted|valid))/i

function subjectOf(text: string): 'callback' | 'scope' | 'unknown' {
  if (REDIRECT_URI.test(text)) return 'callback'
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
