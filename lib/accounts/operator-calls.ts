/** Calls of the accounts library for one browser: watched, counted, and closed but for what a browser has to call itself. */
import { z } from 'zod'
import { text } from '@/lib/configuration/schema/values'
import type { Keyring } from '@/lib/crypto/keyring'
import { readText } from '@/lib/http/body'
import { ADDRESS_HEADER, addressIn } from '@/lib/http/client-address'
import type { Limits } from '@/lib/http/limits'
import { isWellFormed, parseJson } from '@/lib/http/parse-json'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { type OperatorName, operatorAccountStore } from '@/lib/store/accounts/operator-accounts'
import { type ExternalAccount, wayInStore } from '@/lib/store/accounts/ways-in'
import type { Database } from '@/lib/store/database/database'
import type { Joined } from '@/lib/store/database/joined'
import { isWayIn, providerPath } from './account-audit-events'
import { watchedCalls } from './audited-calls'
import { withRetryAfter } from './network-rates'
import { FRESH_LIFETIME, OPERATOR_AUTH_PATH, type OperatorAuth } from './operator-auth'
import { readSession } from './read-session'
import { signInAttempts } from './sign-in-attempts'

/** An operator who is signed in to the console. */
export type Operator = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly hasTwoFactor: boolean
  readonly isInstallationOperator: boolean
}

type Body = Readonly<Record<string, unknown>>

type Options = {
  readonly publicUrl: string
  readonly joined: Joined
  readonly keyring: Keyring
  readonly limits?: Limits | undefined
}

/** What better-auth answers to the world: only what a browser has to call by itself. */
const OPEN_PATHS = /^\/passkey\/(generate|verify)-[a-z-]+$/

const PASSKEY_SIGN_IN = '/passkey/verify-authentication'

export function operatorCalls(options: Options, auth: OperatorAuth) {
  const { publicUrl, joined } = options
  const { db } = joined
  const answerTo = async (request: Request) => withRetryAfter(await auth.handler(request))
  const endSession = async (token: string) => (await auth.$context).internalAdapter.deleteSession(token)
  const watched = watchedCalls(joined, endSession)
  const attempts = signInAttempts({ ...options, db }, 'operator')
  const signInAsAny = passwordSignIn(db, endSession)

  /** Marks this browser as known to the account after a sign-in. */
  const known = async (path: string, response: Response): Promise<Response> => {
    if (!response.ok || !isWayIn(path)) return response
    const { user } = await response.clone().json()
    return user?.email ? attempts.remember(response, user.address ?? user.email) : response
  }

  return {
    /** The endpoints that a browser's own code calls: passkeys. Everything else is 404. */
    async answer(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url)
      const path = pathname.slice(OPERATOR_AUTH_PATH.length)
      if (!OPEN_PATHS.test(path)) return new Response(null, { status: 404 })
      const operator = await this.current(request.headers)
      const sent = await forwarded(request, new URL(pathname, publicUrl))
      if (typeof sent === 'number') return new Response(null, { status: sent })
      const credentialId = path === PASSKEY_SIGN_IN ? await credentialIn(sent) : undefined
      const way = credentialId === undefined ? undefined : ({ kind: 'passkey', credentialId } as const)
      const call = { path, operator, browser: request.headers, way }
      return known(path, await watched(call, () => answerTo(sent)))
    },

    /**
     * Calls an endpoint of better-auth as a form of ours does, with the browser's cookies and address: its rate limits
     * and checks hold, and the answer carries the cookies to set.
     */
    async call(path: string, body: Body, browser: Headers): Promise<Response> {
      const post = (sent: Body) => {
        const request = {
          method: 'POST',
          headers: sentHeaders(browser, publicUrl),
          body: JSON.stringify(sent),
        }
        return answerTo(new Request(publicUrl + OPERATOR_AUTH_PATH + path, request))
      }
      const operator = await this.current(browser)
      const isGuess = path === '/sign-in/email'
      const send = () =>
        watched({ path, body, operator, browser }, () => (isGuess ? signInAsAny(body, post) : post(body)))
      return known(path, await (isGuess ? attempts.attempt(String(body.email), browser, send) : send()))
    },

    /**
     * Opens a session for an operator whom an identity provider has vouched for, or asks for their second factor, as
     * after a password.
     */
    async openProviderSession(
      operator: OperatorName,
      { provider, account }: { readonly provider: string; readonly account: ExternalAccount },
      browser: Headers,
    ): Promise<Response> {
      const way = { kind: 'account', ...account } as const
      const path = providerPath(provider)
      const headers = sentHeaders(browser, publicUrl)
      return known(
        path,
        await watched({ path, operator, browser, way }, () =>
          auth.api.openProviderSession({ body: { operatorId: operator.id }, headers, asResponse: true }),
        ),
      )
    },

    /** The signed-in operator of this browser, or null. */
    async current(browser: Headers): Promise<Operator | null> {
      return (await currentSession(auth, browser))?.operator ?? null
    },

    /** The same, if they signed in within the last 15 minutes. */
    async recent(browser: Headers): Promise<(Operator & { readonly sessionId: string }) | null> {
      const session = await currentSession(auth, browser)
      return session && db.clock.now().getTime() - session.since.getTime() <= FRESH_LIFETIME * 1000
        ? { ...session.operator, sessionId: session.id }
        : null
    },
  }
}

/** Signs in with a password, by a call of better-auth for the account that it gives. */
function passwordSignIn(db: Database, endSession: (token: string) => Promise<void>) {
  const [store, ways] = [operatorAccountStore(db), wayInStore(db)]
  type Post = (body: Body) => Promise<Response>

  /** A password that is replaced while it is checked lets nobody in: who replaced it has ended all sessions before. */
  const signInAs = async (id: string, body: Body, post: Post): Promise<Response> => {
    const hash = await store.passwordOf(id)
    const response = await post(body)
    if (!response.ok || (hash !== null && (await ways.lets(id, { kind: 'password', hash })))) return response
    const { token } = await response.json()
    if (typeof token === 'string') await endSession(token)
    return new Response(null, { status: 401 })
  }

  /** Several accounts may have the typed address: the password says which is meant. Decision 0058. */
  return async (body: Body, post: Post): Promise<Response> => {
    const [first, ...others] = await store.byAddress(String(body.email))
    if (!first) return post(body)
    let response = await signInAs(first.id, { ...body, email: first.loginName }, post)
    for (const { id, loginName } of others) {
      if (response.status !== 401) break
      response = await signInAs(id, { ...body, email: loginName }, post)
    }
    return response
  }
}

async function currentSession(auth: OperatorAuth, browser: Headers) {
  const session = await readSession(auth.api.getSession({ headers: browser }))
  if (!session || session.user.disabledAt) return null
  const { id, name, email, address, twoFactorEnabled, isInstallationOperator } = session.user
  const [hasTwoFactor, isInstallation] = [twoFactorEnabled === true, isInstallationOperator === true]
  const operator: Operator = {
    id,
    name,
    email: address ?? email,
    hasTwoFactor,
    isInstallationOperator: isInstallation,
  }
  return { operator, id: session.session.id, since: session.session.createdAt }
}

function sentHeaders(browser: Headers, origin: string): Headers {
  const headers = new Headers({ 'content-type': 'application/json', origin })
  for (const name of ['cookie', 'user-agent']) {
    const value = browser.get(name)
    if (value) headers.set(name, value)
  }
  return withAddress(headers, browser)
}

/** Where the library looks for it; where Next is alone, a client may have sent anything under this name. */
function withAddress(headers: Headers, browser: Headers): Headers {
  const address = addressIn(browser)
  if (address) headers.set(ADDRESS_HEADER, address)
  else headers.delete(ADDRESS_HEADER)
  return headers
}

/** The same request at our own origin; a status where its body is larger than an honest one, or names what nobody can see. */
async function forwarded(request: Request, url: URL): Promise<Request | number> {
  const { method } = request
  const headers = withAddress(new Headers(request.headers), request.headers)
  if (method !== 'POST') return new Request(url, { method, headers })
  try {
    const body = await readText(request)
    return isHonest(body) ? new Request(url, { method, headers, body }) : 400
  } catch (error) {
    if (error instanceof OAuthError && error.status === 413) return 413
    throw error
  }
}

/** Of the passkey that a browser signs in with. */
async function credentialIn(sent: Request): Promise<string | undefined> {
  if (sent.method !== 'POST') return undefined
  return SIGNING_IN.safeParse(await sent.clone().json()).data?.response.id
}

const SIGNING_IN = z.looseObject({ response: z.looseObject({ id: z.string() }) })

/** What the operator calls a passkey. */
const NAMED = z.looseObject({ name: text().nullish() })

function isHonest(body: string): boolean {
  try {
    const value = parseJson(body)
    return isWellFormed(value) && NAMED.safeParse(value).success
  } catch {
    return false
  }
}
