import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { Callout, Page } from '@/components/ui/page'
import { formVersion } from '@/lib/configuration/entries'
import { messages } from '@/lib/messages/audit'
import { translator } from '@/lib/messages/catalogue'
import { readRetention, retentionEntry } from '@/lib/organizations/retention'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../console-page'
import { save } from './actions'

const FIELDS = ['logins', 'audit_log', 'ended_grants'] as const

/** For how long the organization keeps what is past. */
export default consolePage('own', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const retention = await readRetention(scope, management)
  return (
    <Page
      title={t('retention.title')}
      lead={t('retention.lead')}
      up={{ href: routes.auditLog(scope.organization), label: t('audit.title') }}
    >
      {query.saved && <Callout tone="good" title={t('retention.saved')} />}
      <div className="panel">
        <ActionForm
          action={save}
          organization={scope.organization}
          fields={{ version: formVersion(retentionEntry(retention)) }}
          submit={t('retention.save')}
        >
          {FIELDS.map((name) => (
            <Field
              key={name}
              name={name}
              label={t(`retention.${name}`)}
              hint={t(`retention.${name}Hint`)}
              defaultValue={retention[name]?.toString()}
              inputMode="numeric"
              autoComplete="off"
            />
          ))}
        </ActionForm>
      </div>
    </Page>
  )
})
