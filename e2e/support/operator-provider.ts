import { startIdentityProvider } from '../../sandbox/identity-provider'

const CLIENT = { clientId: 'console', clientSecret: 'client-secret-of-the-console' }

/** One per story: a linked account stays linked. */
const NAMES = [
  'ann',
  'ben',
  'cleo',
  'dora',
  'emil',
  'fred',
  'gina',
  'hugo',
  'ines',
  'jon',
  'kim',
  'lou',
] as const

export const addressOf = (username: string) => `${username}@globex.example`

/** The identity provider that operators of a world sign in with; `nils` has an address that it has not verified. */
export function startOperatorProvider(url: string) {
  const person = (username: string) => ({
    username,
    password: 'sandbox',
    name: `${username} Operator`,
    email: addressOf(username),
  })
  return startIdentityProvider({
    ...CLIENT,
    port: 0,
    redirectUris: [`${url}/console/sign-in/callback/oidc`],
    users: [...NAMES.map(person), { ...person('nils'), emailVerified: false }],
  })
}

export const operatorProviderEnvironment = (issuer: string) => ({
  OPERATOR_OIDC_ISSUER: issuer,
  OPERATOR_OIDC_CLIENT_ID: CLIENT.clientId,
  OPERATOR_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
  OPERATOR_OIDC_NAME: 'Globex',
})
