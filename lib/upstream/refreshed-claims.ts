import { decodeJwt } from 'jose'
import { type RefreshedClaims, UpstreamError } from '@/lib/oauth/ports/upstream'
import type { OAuthConnectionConfig } from './connection-config'
import type { HeldTokens, UpstreamContext } from './context'
import { findProvider } from './discovery-cache'
import { oauth2Userinfo } from './oauth2'
import { groupsOf, userinfoOf } from './oidc'
import { pointersOf } from './pointed-groups'

type Claims = Readonly<Record<string, unknown>>

/**
 * What the identity provider says of the user at a refresh: its new ID token, and userinfo for needed claims that this
 * lacks, and Microsoft Graph for groups that it only points at. A claim that none has is gone. But where userinfo does not answer it is not known, and so is one of the last
 * ID token where no new one came, since userinfo may never have had it. Decision 0060.
 *
 * @param tokens.idToken about this user and for us
 * @returns undefined when nothing is needed
 */
export async function refreshedClaims(
  connection: OAuthConnectionConfig,
  held: HeldTokens,
  tokens: {
    readonly accessToken: string
    readonly scope?: string | undefined
    readonly idToken?: string | undefined
  },
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
  const last: Claims = fresh === undefined && held.idToken !== undefined ? decodeJwt(held.idToken) : {}
  // What the last ID token only points at it still does not say.
  const said: Claims = { ...userinfo, ...pointersOf(last), ...fresh, ...verificationOf(fresh ?? {}) }
  const groups = await groupsOf({ iss: held.identitySource, ...said }, needed, tokens, context)
  const known = groups instanceof UpstreamError || !groups ? said : { ...said, groups }
  const isStale = (name: string) =>
    known[name] === undefined &&
    (last[name] !== undefined || (name === 'groups' && groups instanceof UpstreamError))
  return { known, stale: needed.filter(isStale) }
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
