import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { pageLanguage } from '@/app/page-language'
import { Passkeys, Sessions } from '@/components/console/account/account-lists'
import { Links } from '@/components/console/account/links'
import { Password } from '@/components/console/account/password'
import { ProviderRefusal } from '@/components/console/account/provider-refusal'
import { SecondFactor } from '@/components/console/account/second-factor'
import { Frame } from '@/components/console/frame'
import { Callout, Page } from '@/components/ui/page'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { accounts, signInProviders } from '@/lib/services/services'
import { signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'
import {
  changePassword,
  choosePassword,
  confirmFactor,
  disableFactor,
  disconnect,
  enableFactor,
  endOtherSessions,
  newBackupCodes,
  removePasskey,
} from './actions'

export const metadata: Metadata = { referrer: 'same-origin' }

const DONE = {
  password: 'password.changed',
  'factor-on': 'factor.enabled',
  'factor-off': 'factor.disabled',
  passkey: 'account.saved',
  sessions: 'sessions.ended',
  chosen: 'password.chosen',
  connected: 'links.done',
  disconnected: 'links.gone',
} as const

const FACTOR = {
  enable: enableFactor,
  confirm: confirmFactor,
  disable: disableFactor,
  newCodes: newBackupCodes,
}

type Props = {
  readonly searchParams: Promise<
    Readonly<Record<'done' | 'refused' | 'reference', string | string[] | undefined>>
  >
}

/** What an operator does with the own account. */
export default async function AccountPage({ searchParams }: Props) {
  const [operator, spoken, { done, ...query }] = [await signedIn(), await pageLanguage(), await searchParams]
  const t = translator(messages, spoken)
  const own = await accounts()
  const [passkeys, sessions, ways] = await Promise.all([
    own.passkeys(operator),
    own.sessions(operator, await headers()),
    own.ways(operator),
  ])
  const { providers } = await signInProviders()
  const said = Object.entries(DONE).find(([what]) => what === done)?.[1]
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page title={t('account.title')} lead={t('account.lead', { email: operator.email })}>
        {said && <Callout tone="good">{t(said)}</Callout>}
        <ProviderRefusal language={spoken} {...query} />
        <Password
          language={spoken}
          isThere={ways.hasPassword}
          minLength={MIN_PASSWORD_LENGTH}
          change={changePassword}
          choose={choosePassword}
        />
        {ways.hasPassword && (
          <SecondFactor
            language={spoken}
            isOn={operator.hasTwoFactor}
            isBegun={ways.hasFactorSecret}
            actions={FACTOR}
          />
        )}
        <Passkeys language={spoken} passkeys={passkeys} remove={removePasskey} />
        <Links language={spoken} providers={providers.list} links={ways.links} disconnect={disconnect} />
        <Sessions language={spoken} sessions={sessions} endOthers={endOtherSessions} />
      </Page>
    </Frame>
  )
}
