import type { Metadata } from 'next'
import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionForm } from '@/components/ui/action-form'
import { NewPasswordField } from '@/components/ui/fields'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/platform'
import { management, platform } from '@/lib/services/services'
import { choosePassword } from './actions'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = { readonly searchParams: Promise<{ readonly link?: string | string[] }> }

/** Choosing the password of a platform account, with the link from the organization. */
export default async function PasswordPage({ searchParams }: Props) {
  await pageContext(management)
  const language = await pageLanguage()
  const t = translator(messages, language)
  const { link } = await searchParams
  const accounts = await platform()
  const user = typeof link === 'string' ? await accounts.findByLink(link) : null
  const connection = user && (await accounts.connection(user.connectionId))
  if (!user || !connection)
    return <SignedOutPage language={language} title={t('password.closed')} lead={t('password.closedLead')} />
  const lead = t('password.lead', { address: user.address, connection: connection.name })
  return (
    <SignedOutPage language={language} title={t('password.title')} lead={lead}>
      <ActionForm action={choosePassword} submit={t('password.submit')} fields={{ link: String(link) }}>
        <NewPasswordField
          label={t('password.new')}
          hint={t('password.hint', { count: MIN_PASSWORD_LENGTH })}
        />
      </ActionForm>
    </SignedOutPage>
  )
}
