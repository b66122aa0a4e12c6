import { createHash } from 'node:crypto'
import type { Keyring } from '@/lib/crypto/keyring'
import { ADDRESS_HEADER } from '@/lib/http/client-address'
import { networkRates } from './network-rates'
import { MIN_PASSWORD_LENGTH } from './password'
import { passwordHashing } from './password-hashing'

/** Seconds. A working day, and not renewed by use: who took a cookie does not keep it alive. */
const SESSION_LIFETIME = 12 * 60 * 60

type Surroundings = {
  readonly publicUrl: string
  readonly keyring: Keyring
  readonly rateLimits: boolean
}

/** Requests of one address in so many seconds. */
type Rule = { readonly window: number; readonly max: number }

/**
 * Behind a proxy that was forgotten nobody's address is known, and the library would have all of them share what one may
 * do: an attacker would keep everybody out. What guesses passwords and codes is slowed down by account all the same.
 */
function whereKnown(rules: Readonly<Record<string, Rule>>) {
  // The first that matches counts.
  const all = Object.entries<Rule | undefined>({ ...rules, '/**': undefined })
  const limited = (rule: Rule | undefined) => (request: Request, usual: Rule) =>
    request.headers.get(ADDRESS_HEADER) ? (rule ?? usual) : false
  return Object.fromEntries(all.map(([path, rule]) => [path, limited(rule)]))
}

/**
 * The common settings of the two instances of better-auth. Paths, cookies and secrets are separate, derived from the
 * name; neither has sign-up.
 *
 * @param rules more rate limits: requests in so many seconds, by path
 */
export function authSettings(
  { publicUrl, keyring, rateLimits }: Surroundings,
  name: 'operator' | 'platform',
  rules: Readonly<Record<string, Rule>> = {},
) {
  return {
    appName: 'Vestibule',
    baseURL: publicUrl,
    basePath: authPath(name),
    trustedOrigins: [publicUrl],
    ...secretsFor(keyring, name),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      password: passwordHashing,
    },
    session: { expiresIn: SESSION_LIFETIME, disableSessionRefresh: true },
    // One address may hold an office, and a password takes its time to check.
    rateLimit: {
      enabled: rateLimits,
      window: 60,
      max: 100,
      customStorage: networkRates(),
      customRules: whereKnown({ '/sign-in/*': { window: 60, max: 60 }, ...rules }),
    },
    advanced: {
      ...hostCookies(publicUrl, `vst_${name}`),
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  }
}

/** Where an instance's endpoints are, under `PUBLIC_URL`. */
export const authPath = (name: 'operator' | 'platform') => `/api/auth/${name}`

/** What signs the cookies of an instance, by all keys: the current one first. */
export const cookieSecrets = (keyring: Keyring, name: 'operator' | 'platform') =>
  accountSecrets(keyring, name).map(({ value }) => value)

/** What an instance encrypts and signs with, by all keys: the current one first, the others still open. */
export const accountSecrets = (keyring: Keyring, name: 'operator' | 'platform') =>
  keyring.ids.map((id) => ({
    version: secretVersion(id),
    value: keyring.derive(id, `${name} accounts`).toString('base64url'),
  }))

/** What the library calls the secret of a key: it counts, and our keys have names. */
export const secretVersion = (keyId: string): number =>
  createHash('sha256').update(keyId).digest().readUInt32BE()

function secretsFor(keyring: Keyring, name: 'operator' | 'platform') {
  const secrets = accountSecrets(keyring, name)
  return { secret: secrets[0]?.value ?? '', secrets }
}

/** On https the cookies of an instance have the prefix `__Host-`: no host beside ours can set one for us. */
function hostCookies(publicUrl: string, prefix: string) {
  const secure = publicUrl.startsWith('https:')
  return {
    cookiePrefix: secure ? `__Host-${prefix}` : prefix,
    // The prefix is ours to choose: the library would put `__Secure-` before it.
    useSecureCookies: false,
    defaultCookieAttributes: { secure, path: '/' },
  }
}
