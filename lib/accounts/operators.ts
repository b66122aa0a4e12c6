import { createHmac } from 'node:crypto'
import type { Keyring } from '@/lib/crypto/keyring'
import { readText } from '@/lib/http/body'
import { ADDRESS_HEADER } from '@/lib/http/client-address'
import { NotFound, type OrganizationScope, PERMISSIONS, permissionsOf } from '@/lib/management/access'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'
import type { Database } from '@/lib/store/database'
import { operatorAccountStore } from '@/lib/store/operator-accounts'
import { operatorStore, type VisibleOrganization } from '@/lib/store/operators'
import { isWayIn } from './account-deeds'
import { OPERATOR_AUTH_PATH, type OperatorAuth, operatorAuth } from './operator-auth'
import { signInAttempts } from './sign-in-attempts'
import { watchedCalls } from './watched-calls'

/** Somebody who is signed in to the console. */
export type Operator = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly hasTwoFactor: boolean
  readonly isInstallationOperator: boolean
}

export type NewOperator = { readonly name: string; readonly email: string; readonly password: string }

/** What better-auth answers to the world: only what a browser has to call by itself. */
const OPEN_PATHS = /^\/passkey\/(generate|verify)-[a-z-]+$/

/** Operators' accounts: who is signed in, and what they may see. */
export type OperatorAccounts = ReturnType<typeof operatorAccounts>

export function operatorAccounts(options: {
  readonly publicUrl: string
  readonly db: Database
  readonly keyring: Keyring
  readonly rateLimits: boolean
}) {
  const { publicUrl, db, keyring } = options
  const auth = operatorAuth(options)
  const store = operatorStore(db)
  const watched = watchedCalls(db, async (token) =>
    (await auth.$context).internalAdapter.deleteSession(token),
  )
  const attempts = signInAttempts(options, 'operator')
  /** Who has come in is known in this browser from now on. */
  const signedIn = async (path: string, response: Response): Promise<Response> => {
    if (!response.ok || !isWayIn(path)) return response
    const { user } = await response.clone().json()
    return user?.email ? attempts.remember(response, user.email) : response
  }
  return {
    /** The endpoints that a browser's own code calls: passkeys. Everything else is 404. */
    async answer(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url)
      const path = pathname.slice(OPERATOR_AUTH_PATH.length)
      if (!OPEN_PATHS.test(path)) return new Response(null, { status: 404 })
      const operator = await this.current(request.headers)
      const sent = await forwarded(request, new URL(pathname, publicUrl))
      if (!sent) return new Response(null, { status: 413 })
      return signedIn(
        path,
        await watched({ path, operator, browser: request.headers }, () => auth.handler(sent)),
      )
    },

    /**
     * Calls an endpoint of better-auth as a form of ours does, with the browser's cookies and address: its rate limits
     * and checks hold, and the answer carries the cookies to set.
     */
    async call(path: string, body: Readonly<Record<string, unknown>>, browser: Headers): Promise<Response> {
      const headers = new Headers({ 'content-type': 'application/json', origin: publicUrl })
      for (const name of ['cookie', 'user-agent', ADDRESS_HEADER]) {
        const value = browser.get(name)
        if (value) headers.set(name, value)
      }
      const request = { method: 'POST', headers, body: JSON.stringify(body) }
      const operator = await this.current(browser)
      const send = () =>
        watched({ path, body, operator, browser }, () =>
          auth.handler(new Request(publicUrl + OPERATOR_AUTH_PATH + path, request)),
        )
      const isGuess = path === '/sign-in/email'
      return signedIn(path, await (isGuess ? attempts.attempt(String(body.email), browser, send) : send()))
    },

    /** Who is signed in in this browser; null when nobody is. */
    async current(browser: Headers): Promise<Operator | null> {
      const session = await auth.api.getSession({ headers: browser })
      if (!session) return null
      const { id, name, email, twoFactorEnabled, isInstallationOperator } = session.user
      const [hasTwoFactor, isInstallation] = [twoFactorEnabled === true, isInstallationOperator === true]
      return { id, name, email, hasTwoFactor, isInstallationOperator: isInstallation }
    },

    ...ownAccount(db, auth),

    anyOperator: () => store.anyOperator(),

    /** What the first visitor has to know: printed where the server is started, and nowhere else. */
    setupToken: () =>
      createHmac('sha256', keyring.derive(keyring.currentId, 'console setup'))
        .update('first')
        .digest('base64url'),

    /** Whether the token is the right one, and nobody was here before. */
    async isSetupOpen(token: string): Promise<boolean> {
      return equalSecrets(token, this.setupToken()) && !(await store.anyOperator())
    },

    /**
     * Creates the first operator, who runs the installation.
     *
     * @param prepare what has to succeed before
     * @returns what `prepare` did; undefined when the token is wrong, or there is an operator already
     */
    async setUp<T>(token: string, operator: NewOperator, prepare: () => Promise<T>): Promise<T | undefined> {
      if (!equalSecrets(token, this.setupToken())) return undefined
      return store.createFirst(async () => {
        const prepared = await prepare()
        await this.create(operator, true)
        return prepared
      })
    },

    /** Creates an operator who signs in with a password. The caller has made sure that they may exist. */
    async create({ name, email, password }: NewOperator, isInstallationOperator = false): Promise<void> {
      const { internalAdapter, password: passwords } = await auth.$context
      const hash = await passwords.hash(password)
      const user = await internalAdapter.createUser(
        { name, email: email.toLowerCase(), isInstallationOperator },
        { method: 'email-password' },
      )
      const account = { userId: user.id, accountId: user.id, providerId: 'credential', password: hash }
      await internalAdapter.linkAccount(account)
    },
    ...visibility(store),
  }
}

/** What somebody who is signed in sees of the own account. */
function ownAccount(db: Database, auth: OperatorAuth) {
  const store = operatorAccountStore(db)
  return {
    /** As it is stored. Takes its time. */
    async hashPassword(password: string): Promise<string> {
      return (await auth.$context).password.hash(password)
    },

    passkeys: ({ id }: Operator) => store.passkeys(id),

    /** Where the operator is signed in, the newest first; `isThis` is this browser. */
    async sessions({ id }: Operator, browser: Headers) {
      const current = await auth.api.getSession({ headers: browser })
      const sessions = await store.sessions(id, new Date())
      return sessions.map((session) => ({ ...session, isThis: session.id === current?.session.id }))
    },
  }
}

/** Which organizations an operator sees, and what they may do there. */
function visibility(store: ReturnType<typeof operatorStore>) {
  return {
    /**
     * What an operator may do in an organization.
     *
     * @throws NotFound when there is none of this slug, or it is none of theirs
     */
    async scope(
      operator: Operator,
      slug: string,
    ): Promise<OrganizationScope & { readonly organizationName: string }> {
      const found = await store.organization(operator.id, slug)
      const permissions = operator.isInstallationOperator
        ? PERMISSIONS
        : found?.role && permissionsOf(found.role)
      if (!found || !permissions) throw new NotFound('organization')
      return {
        organizationId: found.id,
        organization: found.slug,
        organizationName: found.name,
        actor: { kind: 'operator', id: operator.id, name: operator.email },
        permissions,
        isInstallationOperator: operator.isInstallationOperator,
      }
    },

    /** @param search part of a name or slug */
    organizations: (
      { id, isInstallationOperator }: Operator,
      search: string | undefined,
      limit: number,
    ): Promise<readonly VisibleOrganization[]> =>
      store.organizations(id, { everywhere: isInstallationOperator, limit, ...(search && { search }) }),
  }
}

/** The same request at our own origin; null when its body is larger than an honest one. */
async function forwarded(request: Request, url: URL): Promise<Request | null> {
  const { method, headers } = request
  if (method !== 'POST') return new Request(url, { method, headers })
  try {
    return new Request(url, { method, headers, body: await readText(request) })
  } catch (error) {
    if (error instanceof OAuthError && error.status === 413) return null
    throw error
  }
}
