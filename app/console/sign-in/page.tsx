import type { Metadata } from 'next'
import { SignInWithPasskey } from '@/components/console/account/passkey-buttons'
import { ActionForm } from '@/components/console/action-form'
import { Door } from '@/components/console/door'
import { Field } from '@/components/console/fields'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { messages as accountMessages } from '@/lib/messages/operator-account'
import { management } from '@/lib/services'
import { language } from '../console-page'
import { signIn } from './actions'
import { destination } from './destination'

export const metadata: Metadata = { title: 'Sign in', referrer: 'same-origin' }

type Props = { readonly searchParams: Promise<{ readonly invitation?: string | string[] }> }

/** Where operators come in. */
export default async function SignInPage({ searchParams }: Props) {
  await pageContext(management)
  const { invitation: given } = await searchParams
  const invitation = typeof given === 'string' ? given : undefined
  const spoken = await language()
  const t = translator(messages, spoken)
  const account = translator(accountMessages, spoken)
  return (
    <Door language={spoken} title={t('signIn.title')} lead={t('signIn.lead')}>
      <ActionForm action={signIn} submit={t('signIn.submit')} fields={invitation ? { invitation } : {}}>
        <Field name="email" type="email" label={t('setup.email')} autoComplete="username" required />
        <Field
          name="password"
          type="password"
          label={t('setup.password')}
          autoComplete="current-password"
          required
        />
      </ActionForm>
      <SignInWithPasskey
        goTo={destination(invitation)}
        submit={account('passkeys.signIn')}
        failed={account('passkeys.signInFailed')}
      />
    </Door>
  )
}
