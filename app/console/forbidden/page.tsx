import Forbidden from '@/app/forbidden'
import { pageContext } from '@/lib/http/page-context'
import { management } from '@/lib/services/services'

/**
 * Where a form leads that its operator may no longer send: an action can answer no 403 itself. Next's `forbidden()` would
 * show nothing without JavaScript.
 */
export default async function ForbiddenPage() {
  await pageContext(management)
  return <Forbidden />
}
