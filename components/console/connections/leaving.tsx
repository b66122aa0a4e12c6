import type { ReactNode } from 'react'
import { CopyText } from '@/components/ui/copy-text'
import { Section } from '@/components/ui/page'
import type { ConnectionView } from '@/lib/connections/connections'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections/leaving'
import { Provisioning, type ProvisioningActions } from './provisioning'
import { Transmitter, type TransmitterAction } from './transmitter'

type LeavingProps = {
  readonly connection: ConnectionView
  readonly organization: string
  /** Absent for who may only look. */
  readonly actions?: (ProvisioningActions & { readonly saveSignals: TransmitterAction }) | undefined
  /** Of what each form shows. */
  readonly versions: { readonly provisioned: string; readonly signals: string }
  /** Where provisioning clients are served. */
  readonly scimUrl: string
  readonly language: Language
}

/** What to enter at the identity provider, so that it says who has left; nothing where there is none. */
export function Leaving({ connection, organization, actions, versions, scimUrl, language }: LeavingProps) {
  const t = translator(messages, language)
  const { type, backChannelLogoutUrl } = connection
  if (type === 'platform') return null
  return (
    <Section title={t('title')} lead={t('lead')}>
      {backChannelLogoutUrl && (
        <Part title={t('logout.title')}>
          <CopyText text={backChannelLogoutUrl} label={t('copy')} copied={t('copied')} />
          <p>{t('logout.where')}</p>
        </Part>
      )}
      <Part title={t('scim.title')} isOpen={connection.hasScimToken}>
        <CopyText text={scimUrl} label={t('copy')} copied={t('copied')} />
        <p>{t('scim.where')}</p>
        <p>{t(connection.hasScimToken ? 'scim.has' : 'scim.none')}</p>
        {actions && (
          <Provisioning {...{ connection, organization, actions, t }} version={versions.provisioned} />
        )}
      </Part>
      <Part title={t('signals.title')} isOpen={connection.signals !== undefined}>
        <CopyText text={connection.signalsUrl} label={t('copy')} copied={t('copied')} />
        <p>{t('signals.where')}</p>
        {actions && (
          <Transmitter
            {...{ connection, organization, t }}
            version={versions.signals}
            action={actions.saveSignals}
          />
        )}
      </Part>
    </Section>
  )
}

type PartProps = { readonly title: string; readonly isOpen?: boolean; readonly children: ReactNode }

/** One way to hear of it; folded until it is used. */
function Part({ title, isOpen = false, children }: PartProps) {
  return (
    <details className="more" open={isOpen}>
      <summary>
        <h3>{title}</h3>
      </summary>
      <div className="more-parts">{children}</div>
    </details>
  )
}
