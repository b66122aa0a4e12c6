import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { pageContext } from '@/lib/http/page-context'
import { languageOf, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/platform'
import { management } from '@/lib/services/services'

export const metadata: Metadata = { title: 'Password saved' }

/** After a password was chosen. */
export default async function PasswordSavedPage() {
  await pageContext(management)
  const language = languageOf((await headers()).get('accept-language'))
  const t = translator(messages, language)
  return <SignedOutPage language={language} title={t('password.done')} lead={t('password.doneLead')} />
}
