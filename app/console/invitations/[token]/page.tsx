import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { pageLanguage } from '@/app/page-language'
import { ProviderButtons } from '@/components/console/account/provider-buttons'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { NewPasswordField } from '@/components/ui/fields'
import { ButtonLink } from '@/components/ui/page'
import { MIN_PASSWORD_LENGTH } from '@/lib/accounts/password'
import { pageContext } from '@/lib/http/page-context'
import { type OpenInvitation, openInvitation } from '@/lib/members/accept-invitation'
import { type Translate, translator } from '@/lib/messages/catalogue'
import { messages as consoleMessages } from '@/lib/messages/console'
import { messages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'
import { accounts, management, signInProviders } from '@/lib/services/services'
import { signOut } from '../../sign-in/actions'
import { accept, acceptAsNewcomer } from './actions'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = { readonly params: Promise<{ readonly token: string }> }

/** Accepting an invitation. Without its link, 404. */
export default async function InvitationPage({ params }: Props) {
  await pageContext(management)
  const [{ token }, spoken] = [await params, await pageLanguage()]
  const t = translator(messages, spoken)
  const invitation = await openInvitation(token, await management())
  if (!invitation)
    return <SignedOutPage language={spoken} title={t('accept.closed')} lead={t('accept.closedLead')} />
  const { organizationName, email, role } = invitation
  const current = await (await accounts()).current(await headers())
  return (
    <SignedOutPage
      language={spoken}
      title={t('accept.title', { organization: organizationName })}
      lead={t('accept.lead', { email, role: t(`role.${role}`) })}
    >
      <Way {...{ t, token, invitation }} current={current?.email} />
      {!current && (
        <ProviderButtons
          providers={(await signInProviders()).providers.list}
          fields={{ purpose: 'join', invitation: token }}
          label={(name) => translator(consoleMessages, spoken)('provider.join', { name })}
        />
      )}
    </SignedOutPage>
  )
}

type WayProps = {
  readonly t: Translate<keyof (typeof messages)['en']>
  readonly token: string
  readonly invitation: OpenInvitation
  readonly current: string | undefined
}

/** What this visitor can do with the invitation. */
function Way({ t, token, invitation: { email }, current }: WayProps) {
  if (current !== undefined && current !== email)
    return (
      <>
        <p>{t('accept.other', { current, email })}</p>
        <p className="form-actions">
          <ActionButton action={signOut}>{t('accept.signOut')}</ActionButton>
        </p>
      </>
    )
  if (current !== undefined)
    return <ActionForm action={accept} submit={t('accept.submit')} fields={{ token }} />
  return (
    <>
      <p>{t('accept.have')}</p>
      <p className="form-actions">
        <ButtonLink href={routes.signIn({ invitation: encodeURIComponent(token) })} tone="plain">
          {t('accept.signIn', { email })}
        </ButtonLink>
      </p>
      <p className="form-break">{t('accept.choose')}</p>
      <ActionForm action={acceptAsNewcomer} submit={t('accept.create')} fields={{ token }}>
        {/* So that password managers keep the two together. */}
        <input type="hidden" name="email" autoComplete="username" value={email} />
        <NewPasswordField
          label={t('accept.password')}
          hint={t('accept.passwordHint', { count: MIN_PASSWORD_LENGTH })}
        />
      </ActionForm>
    </>
  )
}
