import { SignedOutPage } from '@/components/console/signed-out-page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { pageLanguage } from './page-language'

/** 403 for a browser. */
export default async function ForbiddenPage() {
  const language = await pageLanguage()
  const t = translator(messages, language)
  return <SignedOutPage language={language} title={t('forbidden.title')} lead={t('forbidden.lead')} />
}
