import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/** The identity providers that operators sign in with; `config.ts` reads the environment. */

/** One way for operators to sign in besides a password. */
export type OperatorProvider = {
  readonly id: 'oidc' | 'google' | 'microsoft' | 'github'
  /** For people: on the button. */
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
  /** Of an OpenID provider; GitHub is none. */
  readonly issuer?: string
}

type Read = (name: `OPERATOR_${string}`) => string | undefined

/** A tenant's id: with `common` or `organizations`, any tenant could vouch for addresses of ours. */
const TENANT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The configured providers, in the order of the buttons.
 *
 * @param mistakes collects incomplete and invalid settings
 */
export function readOperatorProviders(
  value: Read,
  isAllowed: (issuer: URL) => boolean,
  mistakes: string[],
): readonly OperatorProvider[] {
  const tenant = value('OPERATOR_MICROSOFT_TENANT_ID')
  const issuer = value('OPERATOR_OIDC_ISSUER')
  const before = mistakes.length
  const found = [
    complete('OPERATOR_OIDC', ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET'], value, mistakes) && {
      ...credentials('oidc', value('OPERATOR_OIDC_NAME') ?? 'Single sign-on', value),
      issuer: issuer ?? '',
    },
    complete('OPERATOR_GOOGLE', ['CLIENT_ID', 'CLIENT_SECRET'], value, mistakes) && {
      ...credentials('google', 'Google', value),
      issuer: 'https://accounts.google.com',
    },
    complete('OPERATOR_MICROSOFT', ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET'], value, mistakes) && {
      ...credentials('microsoft', 'Microsoft', value),
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    },
    complete('OPERATOR_GITHUB', ['CLIENT_ID', 'CLIENT_SECRET'], value, mistakes) &&
      credentials('github', 'GitHub', value),
  ]
  if (value('OPERATOR_OIDC_NAME') && !issuer && mistakes.length === before)
    mistakes.push('OPERATOR_OIDC_NAME names nothing: set OPERATOR_OIDC_ISSUER as well, or leave it out.')
  if (issuer && !(parseUrl(issuer) && isAllowed(new URL(issuer))))
    mistakes.push(
      'OPERATOR_OIDC_ISSUER is not an https URL: copy the issuer exactly as the provider writes it.',
    )
  if (tenant && !TENANT.test(tenant))
    mistakes.push(
      'OPERATOR_MICROSOFT_TENANT_ID is not the id of a tenant, such as 8-4-4-4-12 hexadecimal digits.',
    )
  return found.filter((provider) => provider !== undefined && provider !== false)
}

/** Whether all of them are set; some of them are a mistake. */
function complete(prefix: string, names: readonly string[], value: Read, mistakes: string[]): boolean {
  const all = names.map((name) => `${prefix}_${name}` as const) as readonly `OPERATOR_${string}`[]
  const missing = all.filter((name) => !value(name))
  if (missing.length > 0 && missing.length < all.length)
    mistakes.push(
      `${missing.join(' and ')} missing beside the others of ${prefix}: set all of them, or none.`,
    )
  return missing.length === 0
}

function credentials(id: OperatorProvider['id'], name: string, value: Read): OperatorProvider {
  const prefix = `OPERATOR_${id.toUpperCase()}` as const
  return {
    id,
    name,
    clientId: value(`${prefix}_CLIENT_ID`) ?? '',
    clientSecret: value(`${prefix}_CLIENT_SECRET`) ?? '',
  }
}
