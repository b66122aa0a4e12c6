import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/setup-links'
import { management } from '@/lib/services/services'

/** Where a setup link ends. */
export default async function FinishedPage() {
  await pageContext(management)
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  return <SignedOutPage language={spoken} title={t('finished.title')} lead={t('finished.lead')} />
}
