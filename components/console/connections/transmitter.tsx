import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import type { ConnectionView } from '@/lib/connections/connections'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/connections/leaving'

export type TransmitterAction = Parameters<typeof ActionForm>[0]['action']

type TransmitterProps = {
  readonly connection: Pick<ConnectionView, 'slug' | 'signals'>
  readonly organization: string
  readonly action: TransmitterAction
  /** Of what the form shows. */
  readonly version: string
  readonly t: Translate<keyof (typeof messages)['en']>
}

/** Who pushes security events, and what it calls us. */
export function Transmitter({
  connection: { slug, signals },
  organization,
  action,
  version,
  t,
}: TransmitterProps) {
  return (
    <ActionForm
      {...{ organization, action }}
      fields={{ connection: slug, version }}
      submit={t('save')}
      tone="plain"
    >
      <Field
        name="signals_issuer"
        label={t('signals.issuer')}
        hint={t('signals.issuerHint')}
        defaultValue={signals?.issuer}
        autoComplete="off"
      />
      <Field
        name="signals_audience"
        label={t('signals.audience')}
        hint={t('signals.audienceHint')}
        defaultValue={signals?.audience}
        autoComplete="off"
      />
      <Field
        name="signals_jwks_uri"
        label={t('signals.keys')}
        hint={t('signals.keysHint')}
        defaultValue={signals?.jwksUri}
        autoComplete="off"
      />
    </ActionForm>
  )
}
