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
        <>
          <h3>{t('logout.title')}</h3>
          <div className="connections-registration">
            <CopyText text={backChannelLogoutUrl} label={t('copy')} copied={t('copied')} />
            <p>{t('logout.where')}</p>
          </div>
        </>
      )}
      <h3>{t('scim.title')}</h3>
      <div className="connections-registration">
        <CopyText text={scimUrl} label={t('copy')} copied={t('copied')} />
        <p>{t('scim.where')}</p>
        <p>{t(connection.hasScimToken ? 'scim.has' : 'scim.none')}</p>
      </div>
      {actions && (
        <Provisioning {...{ connection, organization, actions, t }} version={versions.provisioned} />
      )}
      <h3>{t('signals.title')}</h3>
      <div className="connections-registration">
        <CopyText text={connection.signalsUrl} label={t('copy')} copied={t('copied')} />
        <p>{t('signals.where')}</p>
      </div>
      {actions && (
        <Transmitter
          {...{ connection, organization, t }}
          version={versions.signals}
          action={actions.saveSignals}
        />
      )}
    </Section>
  )
}
