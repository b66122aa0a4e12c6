import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import { type Finding, findingsOf } from './finding'

/** A failure at the identity provider, with the same remedy as on the timeline of a login. */
export function failureFinding({ reason, detail }: Pick<UpstreamError, 'reason' | 'detail'>): Finding {
  return findingsOf('connection').problem(reason, 'idp.failure', {
    detail,
    reason: { reasonOf: reason },
    remedy: { remedyOf: reason },
  })
}
