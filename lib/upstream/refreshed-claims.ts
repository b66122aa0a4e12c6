import { decodeJwt } from 'jose'
import { type RefreshedClaims, UpstreamError } from '@/lib/oauth/ports/upstream'
import type { OAuthConnectionConfig } from './connection-config'
import type { HeldTokens, UpstreamContext } from './context'
import { findProvider } from './discovery-cache'
import { oauth2Userinfo } from './oauth2'
import { userinfoOf } from './oidc'

type Claims = Readonly<Record<string, unknown>>

/**
 * What the identity provider says of the user at a refresh: its new ID token, and userinfo for needed claims that this
 * lacks. A claim that neither has is gone. But where userinfo does not answer it is not known, and so is one of the last
 * ID token where no new one came, since userinfo may never have had it. Decision 0060.
 *
 * @param tokens.idToken about this user and for us
 * @returns undefined when nothing is needed
 */
export async function refreshedClaims(
  connection: OAuthConnectionConfig,
  held: HeldTokens,
  tokens: { readonly accessToken: string; readonly idToken?: string | undefined },
  context: UpstreamContext,
): Promise<RefreshedClaims | undefined> {
  const needed = held.claims ?? []
  if (needed.length === 0) return undefined
  const fresh: Claims | undefined = tokens.idToken === undefined ? undefined : decodeJwt(tokens.idToken)
  if (fresh && needed.every((name) => fresh[name] !== undefined)) return { known: fresh, stale: [] }
  const userinfo = await askUserinfo(connection, held.subject, tokens.accessToken, context)
  if (userinfo instanceof UpstreamError) {
    const stale = needed.filter((name) => fresh?.[name] === undefined)
    return { known: fresh ?? {}, stale }
  }
  const known: Claims = { ...userinfo, ...fresh, ...verificationOf(fresh ?? {}) }
  const last: Claims = fresh === undefined && held.idToken !== undefined ? decodeJwt(held.idToken) : {}
  return { known, stale: needed.filter((name) => known[name] === undefined && last[name] !== undefined) }
}

/** Whether an email is verified must come from where the email does. */
const verificationOf = ({ email, email_verified }: Claims) => (email === undefined ? {} : { email_verified })

async function askUserinfo(
  connection: OAuthConnectionConfig,
  subject: string,
  accessToken: string,
  context: UpstreamContext,
): Promise<Claims | UpstreamError> {
  if (connection.type === 'oauth2') return oauth2Userinfo(connection, subject, accessToken, context)
  const { metadata } = await findProvider(connection, context.http, context.clock())
  return userinfoOf(subject, metadata, accessToken, context)
}
