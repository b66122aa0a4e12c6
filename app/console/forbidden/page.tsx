import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { sayStatus } from '@/lib/http/browser/page-status'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { management } from '@/lib/services/services'

/** Where a form leads that its operator may no longer send: an action can answer no 403 itself. */
export default async function ForbiddenPage() {
  await pageContext(management)
  const language = await pageLanguage()
  const t = translator(messages, language)
  sayStatus(403)
  return <SignedOutPage language={language} title={t('forbidden.title')} lead={t('forbidden.lead')} />
}
