/**
 * Guessing the password of one account gets slower with each guess, from whatever address. A browser that its owner has
 * signed in with is counted apart, so an attacker's guesses do not lock the owner out of it. Decision 0033.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Keyring } from '@/lib/crypto/keyring'
import { readCookie, setCookie } from '@/lib/http/cookies'
import { type Limits, limitSignIn } from '@/lib/http/limits'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'
import { signInAttemptStore } from '@/lib/store/accounts/sign-in-attempts'
import type { Database } from '@/lib/store/database/database'

/** Seconds that a browser is known after its owner signed in: half a year. */
const KNOWN_LIFETIME = 180 * 24 * 60 * 60

const tooSoon = (wait: number) =>
  new Response(null, { status: 429, headers: { 'retry-after': String(wait) } })

type Surroundings = {
  readonly publicUrl: string
  readonly db: Database
  readonly keyring: Keyring
  readonly limits?: Limits | undefined
}

/** @param realm operators and end users are counted apart, and known by cookies of their own */
export function signInAttempts(
  { publicUrl, db, keyring, limits }: Surroundings,
  realm: 'operator' | 'platform',
) {
  const store = signInAttemptStore(db)
  const name = `vst_${realm}_device`

  const digest = (keyId: string, ...parts: readonly string[]) =>
    createHmac('sha256', keyring.derive(keyId, `${realm} sign-in attempts`))
      .update(JSON.stringify(parts))
      .digest('base64url')

  const normal = (account: string) => account.trim().toLowerCase()

  /** The id of a browser in which this account was signed in. */
  const knownDevice = (account: string, headers: Headers): string | undefined => {
    const [id = '', mark = ''] = readCookie({ headers }, publicUrl, name)?.split('.') ?? []
    const isOurs = keyring.ids.some((keyId) =>
      equalSecrets(mark, digest(keyId, 'device', normal(account), id)),
    )
    return isOurs ? id : undefined
  }

  const keyOf = (account: string, headers: Headers): string =>
    digest(keyring.currentId, 'account', normal(account), knownDevice(account, headers) ?? '')

  return {
    /**
     * Makes an attempt, unless there were too many: then the answer is 429 with `Retry-After`, and no password is looked
     * at.
     */
    async attempt(account: string, browser: Headers, make: () => Promise<Response>): Promise<Response> {
      // Before anything is written: made-up accounts fill no table.
      const crowded = await limitSignIn(limits, realm, browser)
      if (crowded > 0) return tooSoon(crowded)
      const key = keyOf(account, browser)
      const wait = await store.admit(key, db.clock.now())
      if (wait > 0) return tooSoon(wait)
      const response = await make()
      // Too many from one address, or too much to do: no password was looked at.
      if (response.status === 429 || response.status >= 500) await store.takeBack(key, db.clock.now())
      if (response.ok) await store.forget(key)
      return response
    },

    /** The same answer, and the browser is known from now on. */
    remember(response: Response, account: string): Response {
      const id = randomBytes(16).toString('base64url')
      const value = `${id}.${digest(keyring.currentId, 'device', normal(account), id)}`
      const headers = new Headers(response.headers)
      headers.append('set-cookie', setCookie(publicUrl, { name, value, maxAge: KNOWN_LIFETIME }))
      return new Response(response.body, { status: response.status, headers })
    },

    /** Begins anew for an account whose owner has chosen another password. */
    forget: (account: string) => store.forget(keyOf(account, new Headers())),
  }
}
