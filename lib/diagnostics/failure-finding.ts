import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { type Finding, findingsOf } from './finding'

type Said = { readonly reason: ReasonCode; readonly detail: string }

const { problem, warning } = findingsOf('connection')

const valuesOf = ({ reason, detail }: Said) => ({
  detail: { detail },
  reason: { reasonOf: reason },
  remedy: { remedyOf: reason },
})

/** A failure at the identity provider, with the same remedy as on the timeline of a login. */
export const failureFinding = (said: Pick<UpstreamError, 'reason' | 'detail'>): Finding =>
  problem(said.reason, 'idp.failure', valuesOf(said))

/** What the last login failed with, in the same way: some things only a login shows. */
export const lastLoginFinding = (said: Said): Finding =>
  problem(said.reason, 'idp.last_login', valuesOf(said))

/** What was remarked of logins that went well, in the same way. */
export const remarkFinding = (said: Said): Finding => warning(said.reason, 'idp.failure', valuesOf(said))
