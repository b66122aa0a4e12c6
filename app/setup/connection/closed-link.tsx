import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/setup-links'

/** An invalid link, for whatever reason. */
export async function ClosedLink() {
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  return <SignedOutPage language={spoken} title={t('closed.title')} lead={t('closed.lead')} />
}
