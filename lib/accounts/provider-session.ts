import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { twoFactor } from 'better-auth/plugins/two-factor'
import { z } from 'zod'

const PATH = '/sign-in/provider'

/**
 * Opens the session of an operator whom an identity provider has authenticated. The library requires its second factor
 * after passwords only; this makes it required here too, in the same way. Not an endpoint: only our code can call it.
 */
export function providerSession(factor: ReturnType<typeof twoFactor>) {
  const [challenge] = factor.hooks.after
  if (!challenge) throw new Error('the second factor of the accounts library asks in another way than before')
  return {
    id: 'provider-session',
    endpoints: {
      openProviderSession: createAuthEndpoint(
        PATH,
        { method: 'POST', body: z.object({ operatorId: z.string() }), metadata: { SERVER_ONLY: true } },
        async (context) => {
          const { internalAdapter } = context.context
          const user = await internalAdapter.findUserById(context.body.operatorId)
          if (!user) throw new APIError('UNAUTHORIZED')
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(context, { session, user })
          return context.json({ user, token: session.token })
        },
      ),
    },
    hooks: { after: [{ matcher: ({ path }) => path === PATH, handler: challenge.handler }] },
  } satisfies BetterAuthPlugin
}
