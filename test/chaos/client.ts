import { post } from './browser'
import type { Session, Setting } from './login'
import { RESOURCE_SECRET } from './world'

/** Milliseconds for which a client tries to refresh: without that its user would have to log in again. */
const PATIENCE = 20 * 60_000

/** What a client does with its tokens. */
export type Deed = (session: Session, setting: Setting) => Promise<void>

export const refresh: Deed = async (session, { insist, tally }) => {
  tally.count('asked')
  const form = { grant_type: 'refresh_token', client_id: 'cli', refresh_token: session.refreshToken }
  const ask = () => post(`${session.issuer}/oauth/token`, form)
  const answer = await insist(ask, PATIENCE)
  const { refresh_token: successor, access_token: accessToken, error } = await answer.json()
  if (answer.status !== 200) {
    session.over = true
    tally.count('revoked', `refreshing was answered ${answer.status} ${error}`)
    return
  }
  // As another tab does at the same time.
  const other = await ask().then(
    (response) => response.json(),
    () => ({}),
  )
  if (other.refresh_token !== undefined && other.refresh_token !== successor)
    tally.count('doubled', 'two successors of one refresh token')
  session.refreshToken = successor
  session.accessToken = accessToken
  tally.count('confirmed')
  tally.count('refreshes')
}

export const introspect: Deed = async ({ issuer, accessToken }, { insist, tally }) => {
  tally.count('asked')
  const answer = await insist(() =>
    post(`${issuer}/oauth/introspect`, { token: accessToken }, RESOURCE_SECRET),
  )
  const { active } = await answer.json()
  if (active === true) tally.count('confirmed')
  else tally.count('lost', 'a live token is not active')
}

export const exchange: Deed = async ({ issuer, accessToken }, { insist, tally }) => {
  tally.count('asked')
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: accessToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  const answer = await insist(() => post(`${issuer}/oauth/token`, form, RESOURCE_SECRET))
  if (answer.status === 200) tally.count('confirmed')
  else tally.count('lost', `token exchange was answered ${answer.status} ${await answer.text()}`)
}
