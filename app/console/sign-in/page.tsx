import type { Metadata } from 'next'
import { ActionForm } from '@/components/console/action-form'
import { Door } from '@/components/console/door'
import { Field } from '@/components/console/fields'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { management } from '@/lib/services'
import { language } from '../console-page'
import { signIn } from './actions'

export const metadata: Metadata = { title: 'Sign in' }

/** Where operators come in. */
export default async function SignInPage() {
  await pageContext(management)
  const spoken = await language()
  const t = translator(messages, spoken)
  return (
    <Door language={spoken} title={t('signIn.title')} lead={t('signIn.lead')}>
      <ActionForm action={signIn} submit={t('signIn.submit')}>
        <Field name="email" type="email" label={t('setup.email')} autoComplete="username" required />
        <Field
          name="password"
          type="password"
          label={t('setup.password')}
          autoComplete="current-password"
          required
        />
      </ActionForm>
    </Door>
  )
}
