import type { Metadata } from 'next'
import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionForm } from '@/components/ui/action-form'
import { NewPasswordField } from '@/components/ui/fields'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { openOperatorLink } from '@/lib/operators/operators'
import { management } from '@/lib/services/services'
import { choosePassword } from '../../actions'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = { readonly params: Promise<{ readonly token: string }> }

/** What the link of an invited or a recovered operator opens. */
export default async function OperatorLinkPage({ params }: Props) {
  await pageContext(management)
  const [{ token }, spoken] = [await params, await pageLanguage()]
  const t = translator(messages, spoken)
  const link = await openOperatorLink(token, await management())
  if (!link)
    return <SignedOutPage language={spoken} title={t('operators.closed')} lead={t('operators.closedLead')} />
  const { email } = link
  return (
    <SignedOutPage
      language={spoken}
      title={t('operators.linkTitle')}
      lead={t('operators.linkLead', { email })}
    >
      <ActionForm action={choosePassword} submit={t('operators.linkSubmit')} fields={{ token }}>
        <input type="hidden" name="email" autoComplete="username" value={email} />
        <NewPasswordField
          label={t('operators.password')}
          hint={t('operators.passwordHint', { count: MIN_PASSWORD_LENGTH })}
        />
      </ActionForm>
    </SignedOutPage>
  )
}
