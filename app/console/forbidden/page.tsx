import { forbidden } from 'next/navigation'
import { pageContext } from '@/lib/http/page-context'
import { management } from '@/lib/services/services'

/** Where a form leads that its operator may no longer send: an action can answer no 403 itself. */
export default async function ForbiddenPage() {
  await pageContext(management)
  forbidden()
}
