/** A user who can sign in at the sandbox's identity provider. */
export type SandboxUser = {
  readonly username: string
  readonly password: string
  readonly name: string
  readonly email: string
  /** False: the provider does not vouch for the address. */
  readonly emailVerified?: boolean
  /** Further claims of the `profile` scope, such as `department`. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export const SANDBOX_USERS: readonly SandboxUser[] = [
  { username: 'alice', password: 'sandbox', name: 'Alice Example', email: 'alice@example.com' },
  { username: 'bob', password: 'sandbox', name: 'Bob Example', email: 'bob@example.com' },
]

/** What the identity provider says about a user; the username is the subject, so it survives a restart. */
export function claimsOf(user: SandboxUser) {
  return {
    ...user.claims,
    sub: user.username,
    preferred_username: user.username,
    name: user.name,
    email: user.email,
    email_verified: user.emailVerified ?? true,
  }
}
