import { randomBytes } from 'node:crypto'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import {
  platformAccounts as accountTable,
  platformSessions,
  platformUsers,
  platformVerifications,
} from '@/drizzle/schema/platform-accounts'
import type { Keyring } from '@/lib/crypto/keyring'
import { ADDRESS_HEADER, addressIn } from '@/lib/http/client-address'
import type { Limits } from '@/lib/http/limits'
import { deriveCodeChallenge } from '@/lib/oauth/protocol/pkce'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { platformCodeStore } from '@/lib/store/accounts/platform-codes'
import { platformLinkStore } from '@/lib/store/accounts/platform-links'
import { type PlatformUser, platformUserStore } from '@/lib/store/accounts/platform-users'
import type { Database } from '@/lib/store/database/database'
import { accountName } from './account-name'
import { authPath, authSettings, cookieSecrets } from './auth-settings'
import { readSession } from './read-session'
import { rotatedCookies } from './rotated-cookies'
import { signInAttempts } from './sign-in-attempts'

/** Seconds. */
const CODE_LIFETIME = 60

/** A user who is signed in at a connection, in this browser. */
export type SignedIn = PlatformUser & {
  /** When they typed their password. */
  readonly since: Date
}

export type PlatformAccounts = ReturnType<typeof platformAccounts>

/**
 * End users whose organization has no identity provider: better-auth with tables, cookies and secrets of its own. None
 * of its endpoints is open to the world: people log in on our page, and come to exist when their organization adds them.
 */
export function platformAccounts(options: {
  readonly publicUrl: string
  readonly db: Database
  readonly keyring: Keyring
  readonly rateLimits: boolean
  readonly limits?: Limits | undefined
}) {
  const { publicUrl, db } = options
  const { now } = db.clock
  const auth = platformAuth(options)
  const attempts = signInAttempts(options, 'platform')
  const [store, links, codes] = [platformUserStore(db), platformLinkStore(db), platformCodeStore(db)]
  return {
    /** The platform connection with this id, for its page; null when there is none. */
    connection: (id: string) => store.connection(id),

    /** The user who is signed in at this connection in this browser, or null. */
    async current(connectionId: string, browser: Headers): Promise<SignedIn | null> {
      const session = await readSession(auth.api.getSession({ headers: browser }))
      const user = session && (await store.find(connectionId, session.user.id))
      return user ? { ...user, since: session.session.createdAt } : null
    },

    /**
     * The user who may continue in this browser without a password; null without a session, or when the login requires
     * a fresher sign-in (`prompt`, and `max_age` in seconds, of OpenID Connect Core §3.1.2.1).
     */
    async known(
      connectionId: string,
      { prompt, maxAge }: { readonly prompt: string | null; readonly maxAge: string | null },
      browser: Headers,
    ): Promise<SignedIn | null> {
      const user = prompt === 'login' ? null : await this.current(connectionId, browser)
      return user && (maxAge === null || now().getTime() - user.since.getTime() <= Number(maxAge) * 1000)
        ? user
        : null
    },

    /** Signs a user in with a password; the response carries the cookie, and is not `ok` when the password is wrong. */
    async signIn(
      connectionId: string,
      { address, password }: { address: string; password: string },
      browser: Headers,
    ) {
      const headers = new Headers({ 'content-type': 'application/json', origin: publicUrl })
      const from = addressIn(browser)
      if (from) headers.set(ADDRESS_HEADER, from)
      const email = accountName(connectionId, address)
      const body = JSON.stringify({ email, password })
      const url = `${publicUrl}${authPath('platform')}/sign-in/email`
      const answer = await attempts.attempt(email, browser, async () => {
        const before = await store.passwordOf(email)
        const response = await auth.handler(new Request(url, { method: 'POST', headers, body }))
        if (!response.ok || (await store.passwordOf(email)) === before) return response
        // Whoever chose another one meanwhile has ended all sessions before.
        const { token } = await response.json()
        await (await auth.$context).internalAdapter.deleteSession(String(token))
        return new Response(null, { status: 401 })
      })
      return answer.ok ? attempts.remember(answer, email) : answer
    },

    /** Whose password a link sets; null when it is used up, expired or wrong. */
    findByLink: (token: string) => links.findByLink(hashSecret(token), now()),

    /** Sets a password with a link, once. */
    async choosePassword(token: string, password: string): Promise<PlatformUser | null> {
      // Hashing a password costs a tenth of a second: only with a valid link.
      const owner = await links.findByLink(hashSecret(token), now())
      if (!owner) return null
      const hash = await (await auth.$context).password.hash(password)
      // First: nothing that can fail comes after the link is taken.
      await attempts.forget(accountName(owner.connectionId, owner.address))
      return links.takeLink(hashSecret(token), hash, now())
    },

    /** A code that stands for this sign-in at our own callback. */
    async issueCode(user: SignedIn, codeChallenge: string): Promise<string> {
      const code = randomBytes(32).toString('base64url')
      const { id: userId, connectionId, since: authTime } = user
      await codes.issue(
        { hash: hashSecret(code), userId, connectionId, codeChallenge, authTime },
        CODE_LIFETIME,
      )
      return code
    },

    /** Who the code stands for, once; null when it is not good, or the verifier is not its own. */
    takeCode: (connectionId: string, code: string, codeVerifier: string) =>
      codes.take({
        hash: hashSecret(code),
        connectionId,
        codeChallenge: deriveCodeChallenge(codeVerifier),
      }),
  }
}

function platformAuth(options: Parameters<typeof platformAccounts>[0]) {
  return betterAuth({
    ...authSettings(options, 'platform'),
    plugins: [rotatedCookies(cookieSecrets(options.keyring, 'platform'))],
    database: drizzleAdapter(options.db, {
      provider: 'pg',
      schema: {
        user: platformUsers,
        session: platformSessions,
        account: accountTable,
        verification: platformVerifications,
      },
    }),
    user: {
      additionalFields: {
        connectionId: { type: 'string', required: true, input: false },
        address: { type: 'string', required: true, input: false },
      },
    },
  } satisfies BetterAuthOptions)
}
