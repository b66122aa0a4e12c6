import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionForm } from '@/components/ui/action-form'
import { Field, NewPasswordField } from '@/components/ui/fields'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { accounts, management } from '@/lib/services/services'
import { setUp } from './actions'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = { readonly searchParams: Promise<{ readonly token?: string | string[] }> }

/** Where the first operator comes in, with the link that the start printed. */
export default async function SetupPage({ searchParams }: Props) {
  await pageContext(management)
  const { token } = await searchParams
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  if (typeof token !== 'string') notFound()
  if (!(await (await accounts()).isSetupOpen(token)))
    return <SignedOutPage language={spoken} title={t('setup.closed')} lead={t('setup.closedLead')} />
  return (
    <SignedOutPage language={spoken} title={t('setup.title')} lead={t('setup.lead')}>
      <ActionForm action={setUp} submit={t('setup.submit')} fields={{ token }}>
        <Field name="email" type="email" label={t('setup.email')} autoComplete="username" required />
        <NewPasswordField
          label={t('setup.password')}
          hint={t('setup.passwordHint', { count: MIN_PASSWORD_LENGTH })}
        />
        <Field
          name="name"
          label={t('setup.organization')}
          hint={t('setup.organizationHint')}
          autoComplete="organization"
          required
        />
      </ActionForm>
    </SignedOutPage>
  )
}
