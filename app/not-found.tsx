import { SignedOutPage } from '@/components/console/signed-out-page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/error-pages'
import { pageLanguage } from './page-language'

/** 404 for a browser. */
export default async function NotFound() {
  const language = await pageLanguage()
  const t = translator(messages, language)
  return (
    <SignedOutPage language={language} title={t('not_found.title')} lead={t('lost')}>
      <p className="remedy">{t('lostRemedy')}</p>
    </SignedOutPage>
  )
}
