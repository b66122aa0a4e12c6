import { ConditionFields } from '@/components/console/servers/condition-fields'
import { TrialResult } from '@/components/console/servers/trial-result'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field, SelectField, TextArea } from '@/components/ui/fields'
import { Section } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/server-parts'
import { viewOf } from '@/lib/servers/access-form'
import { saveAccess } from '../../access-actions'
import { serverPage } from '../server-page'

/** Empty rows after those that are there. */
const MORE = 2

/** Who may use the server, and what a change of that would do. */
export default serverPage('access', async ({ scope, server, language }) => {
  const t = translator(messages, language)
  const { access } = server
  return (
    <Section title={t('users.title')} lead={t('users.lead')}>
      <ActionForm
        action={saveAccess}
        organization={scope.organization}
        fields={{ server: server.slug }}
        submit={t('users.save')}
        second={{ name: 'try', label: t('users.try') }}
        wide
      >
        <SelectField
          name="default"
          label={t('users.default')}
          hint={t('users.defaultHint')}
          defaultValue={access?.default ?? 'allow'}
          options={[
            { value: 'allow', label: t('users.default.everybody') },
            { value: 'deny', label: t('users.default.deny') },
          ]}
        />
        <div className="server-rules">
          {(['allow', 'deny'] as const).map((block) => (
            <fieldset key={block} className="server-grants">
              <legend>{t(`users.${block}`)}</legend>
              <TextArea
                name={`${block}_users`}
                label={t('users.users')}
                hint={t('users.usersHint')}
                defaultValue={access?.[block]?.users.join('\n')}
                rows={3}
              />
              <ConditionFields prefix={block} condition={viewOf(access?.[block]?.when)} more={MORE} t={t} />
            </fieldset>
          ))}
        </div>
        <Field
          name="contact"
          label={t('users.contact')}
          hint={t('users.contactHint')}
          defaultValue={access?.contact}
        />
        <TrialResult title={t('users.trial.title')} />
        <CheckField name="access" label={t('users.meant')} />
      </ActionForm>
    </Section>
  )
})
