import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { management } from '@/lib/services/services'
import { enterSecondFactor } from './actions'

/** Between password and console, for operators who have a second factor. */
export default async function SecondFactorPage() {
  await pageContext(management)
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  return (
    <SignedOutPage language={spoken} title={t('second.title')} lead={t('second.lead')}>
      <ActionForm action={enterSecondFactor} submit={t('second.submit')}>
        <Field
          name="code"
          label={t('second.code')}
          hint={t('second.backup')}
          autoComplete="one-time-code"
          required
        />
      </ActionForm>
    </SignedOutPage>
  )
}
