import { requestIdIn } from '@/lib/http/consent-form'
import type { Management } from '@/lib/management/management'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { SessionCookie } from './account'
import { beginLink, confirmLink, unlink } from './link-accounts'

/** What the page says of each outcome. */
const NOTICES = {
  linked: 'linked',
  over: 'linkFailed',
  same: 'linkSame',
  taken: 'linkTaken',
  kept_out: 'linkKeptOut',
} as const

/**
 * Answers a form of `/account` about links: begins one (`from`, `other`), says yes to one (`confirm`), or undoes one
 * (`unlink`). Decision 0133.
 *
 * @returns where the browser goes
 * @throws NotFound, StoreUnavailable
 */
export async function answerLink(
  form: URLSearchParams,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<string> {
  const id = (name: string) => requestIdIn(form.get(name))
  const done = (notice: string) => `${management.publicUrl}/account?done=${notice}`
  if (form.has('confirm')) return done(NOTICES[await confirmLink(id('confirm'), cookies, management)])
  if (form.has('unlink')) {
    await unlink(id('unlink'), cookies, management)
    return done('unlinked')
  }
  try {
    return await beginLink(id('from'), id('other'), cookies, management)
  } catch (error) {
    if (error instanceof UpstreamError) return done('linkFailed')
    throw error
  }
}
