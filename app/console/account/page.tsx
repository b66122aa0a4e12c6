import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Passkeys, Sessions } from '@/components/console/account/account-lists'
import { SecondFactor } from '@/components/console/account/second-factor'
import { ActionForm } from '@/components/console/action-form'
import { Field } from '@/components/console/fields'
import { Frame } from '@/components/console/frame'
import { Callout, Page, Section } from '@/components/console/page'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { accounts } from '@/lib/services'
import { language, signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'
import {
  changePassword,
  confirmFactor,
  disableFactor,
  enableFactor,
  endOtherSessions,
  newBackupCodes,
  removePasskey,
} from './actions'

export const metadata: Metadata = { title: 'Your account' }

const DONE = {
  password: 'password.changed',
  'factor-on': 'factor.enabled',
  'factor-off': 'factor.disabled',
  passkey: 'account.saved',
  sessions: 'sessions.ended',
} as const

const FACTOR = {
  enable: enableFactor,
  confirm: confirmFactor,
  disable: disableFactor,
  newCodes: newBackupCodes,
}

type Props = { readonly searchParams: Promise<{ readonly done?: string | string[] }> }

/** What an operator does with the own account. */
export default async function AccountPage({ searchParams }: Props) {
  const [operator, spoken, { done }] = [await signedIn(), await language(), await searchParams]
  const t = translator(messages, spoken)
  const own = await accounts()
  const [passkeys, sessions] = await Promise.all([
    own.passkeys(operator),
    own.sessions(operator, await headers()),
  ])
  const said = Object.entries(DONE).find(([what]) => what === done)?.[1]
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page title={t('account.title')} lead={t('account.lead', { email: operator.email })}>
        {said && <Callout tone="good">{t(said)}</Callout>}
        <Section title={t('password.title')} lead={t('password.lead')}>
          <ActionForm action={changePassword} submit={t('password.submit')}>
            <Field
              name="password"
              type="password"
              label={t('password.current')}
              autoComplete="current-password"
              required
            />
            <Field
              name="newPassword"
              type="password"
              label={t('password.new')}
              hint={t('password.hint', { count: MIN_PASSWORD_LENGTH })}
              autoComplete="new-password"
              required
            />
          </ActionForm>
        </Section>
        <SecondFactor language={spoken} isOn={operator.hasTwoFactor} actions={FACTOR} />
        <Passkeys language={spoken} passkeys={passkeys} remove={removePasskey} />
        <Sessions language={spoken} sessions={sessions} endOthers={endOtherSessions} />
      </Page>
    </Frame>
  )
}
