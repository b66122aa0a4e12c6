import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { CheckField, SelectField } from '@/components/ui/fields'
import type { ConnectionView } from '@/lib/connections/connections'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/connections/leaving'
import { SecretOnce } from '../servers/secret-once'

type Action = Parameters<typeof ActionForm>[0]['action']

export type ProvisioningActions = {
  readonly makeToken: Action
  readonly removeToken: Action
  readonly saveProvisioned: Action
}

type ProvisioningProps = {
  readonly connection: Pick<ConnectionView, 'slug' | 'hasScimToken' | 'scimMatch' | 'scimGroups'>
  readonly organization: string
  readonly actions: ProvisioningActions
  /** Of who users are at logins. */
  readonly version: string
  readonly t: Translate<keyof (typeof messages)['en']>
}

/** The token that users are provisioned with, and who they are at logins. */
export function Provisioning({ connection, organization, actions, version, t }: ProvisioningProps) {
  const { slug, hasScimToken, scimMatch = 'external_id', scimGroups = false } = connection
  const form = { organization, fields: { connection: slug } }
  return (
    <>
      <ActionForm
        {...form}
        action={actions.makeToken}
        submit={t('scim.make')}
        tone="plain"
        after={<SecretOnce name="token" note={t('scim.shown')} />}
      >
        {hasScimToken && <CheckField name="replace" label={t('scim.makeConfirm')} />}
      </ActionForm>
      {hasScimToken && (
        <ActionButton {...form} action={actions.removeToken} confirm={t('scim.removeConfirm')} tone="danger">
          {t('scim.remove')}
        </ActionButton>
      )}
      {hasScimToken && (
        <ActionForm
          {...{ organization, action: actions.saveProvisioned }}
          fields={{ connection: slug, version }}
          submit={t('save')}
          tone="plain"
        >
          <SelectField
            name="scim_match"
            label={t('scim.match')}
            hint={t('scim.matchHint')}
            defaultValue={scimMatch}
            options={[
              { value: 'external_id', label: t('scim.match.external_id') },
              { value: 'user_name', label: t('scim.match.user_name') },
              { value: 'email', label: t('scim.match.email') },
            ]}
          />
          <CheckField
            name="scim_groups"
            label={t('scim.groups')}
            hint={t('scim.groupsHint')}
            defaultChecked={scimGroups}
          />
          <CheckField name="meant" label={t('scim.meant')} />
        </ActionForm>
      )}
    </>
  )
}
