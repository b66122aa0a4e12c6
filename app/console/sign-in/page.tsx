import type { Metadata } from 'next'
import { pageLanguage } from '@/app/page-language'
import { SignInWithPasskey } from '@/components/console/account/passkey-buttons'
import { ProviderButtons } from '@/components/console/account/provider-buttons'
import { ProviderRefusal } from '@/components/console/account/provider-refusal'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { messages as accountMessages } from '@/lib/messages/operator-account'
import { management, signInProviders } from '@/lib/services/services'
import { signIn } from './actions'
import { destination } from './destination'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = {
  readonly searchParams: Promise<
    Readonly<Record<'invitation' | 'refused' | 'reference', string | string[] | undefined>>
  >
}

/** Where operators come in. */
export default async function SignInPage({ searchParams }: Props) {
  await pageContext(management)
  const { invitation: given, ...query } = await searchParams
  const invitation = typeof given === 'string' ? given : undefined
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  const account = translator(accountMessages, spoken)
  const { providers } = await signInProviders()
  return (
    <SignedOutPage language={spoken} title={t('signIn.title')} lead={t('signIn.lead')}>
      <ProviderRefusal language={spoken} {...query} />
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
      <ProviderButtons
        providers={providers.list}
        fields={invitation ? { invitation } : {}}
        label={(name) => t('provider.use', { name })}
      />
    </SignedOutPage>
  )
}
