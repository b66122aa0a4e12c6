import { type Upstream, UpstreamError } from '@/lib/oauth/ports/upstream'
import { deriveCodeChallenge } from '@/lib/oauth/protocol/pkce'
import { noConnection } from '@/lib/upstream/upstream'
import type { PlatformAccounts } from './platform'

/** Milliseconds between a password and its code, at most. */
const FRESH = 90_000

/**
 * The verifier of a login that wants the password typed. The page in between is the user's to change; what the code was
 * issued for is not.
 */
const forFreshLogin = (codeVerifier: string) => `${codeVerifier}.login`

async function take(accounts: PlatformAccounts, id: string, code: string, codeVerifier: string, now: Date) {
  const taken = await accounts.takeCode(id, code, codeVerifier)
  if (taken) return taken
  const fresh = await accounts.takeCode(id, code, forFreshLogin(codeVerifier))
  return fresh && now.getTime() - fresh.authTime.getTime() <= FRESH ? fresh : null
}

/**
 * Our own accounts where an identity provider would be: the same steps, the same state and PKCE pair, one page of ours
 * instead of theirs. Decision 0038.
 */
export function platformUpstream(
  publicUrl: string,
  accounts: () => Promise<PlatformAccounts>,
  clock: () => Date,
): Pick<Upstream, 'begin' | 'complete' | 'revoke'> {
  const find = async (connectionId: string) =>
    (await (await accounts()).connection(connectionId)) ?? noConnection()
  return {
    async begin(connectionId, login) {
      await find(connectionId)
      if (login.prompt?.includes('none'))
        throw new UpstreamError('upstream_interaction_required', 'Nobody can log in here unasked.', {
          interaction: 'login_required',
        })
      const wantsPassword = login.prompt?.includes('login') ?? false
      const verifier = wantsPassword ? forFreshLogin(login.codeVerifier) : login.codeVerifier
      const query = new URLSearchParams({ state: login.state, code_challenge: deriveCodeChallenge(verifier) })
      if (wantsPassword) query.set('prompt', 'login')
      if (login.maxAge !== undefined) query.set('max_age', String(login.maxAge))
      if (login.loginHint) query.set('login_hint', login.loginHint)
      return `${publicUrl}/platform/${connectionId}?${query}`
    },

    async complete(connectionId, callbackParameters, expected) {
      await find(connectionId)
      const code = callbackParameters.get('code') ?? ''
      const taken = await take(await accounts(), connectionId, code, expected.codeVerifier, clock())
      if (!taken)
        throw new UpstreamError('upstream_response_invalid', 'The code of our own sign-in page is not good.')
      const { user, authTime } = taken
      const { address: email, name } = user
      return {
        identity: {
          identitySource: `connection:${connectionId}`,
          subject: user.id,
          email,
          name,
          authTime,
          claims: { sub: user.id, email, name },
        },
        // There is no upstream, and so no token of it: an empty one opens nothing.
        tokens: { accessToken: '' },
      }
    },

    async revoke(connectionId) {
      await find(connectionId)
      return { outcome: 'unsupported' }
    },
  }
}
