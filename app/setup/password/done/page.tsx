import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/platform'
import { management } from '@/lib/services/services'

/** After a password was chosen. */
export default async function PasswordSavedPage() {
  await pageContext(management)
  const language = await pageLanguage()
  const t = translator(messages, language)
  return <SignedOutPage language={language} title={t('password.done')} lead={t('password.doneLead')} />
}
