import { redirect } from 'next/navigation'
import { consolePage } from '@/app/console/console-page'
import { ActionForm } from '@/components/ui/action-form'
import { Field, SelectField } from '@/components/ui/fields'
import { Page } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import { routes } from '@/lib/routes'
import { listConnectionChoices } from '@/lib/servers/servers'
import { protectServer } from '../actions'

/** Three fields; the slug, the issuer and the rest follow from them. */
export default consolePage('configure', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const list = routes.servers(scope.organization)
  const connections = await listConnectionChoices(scope, management)
  if (connections.length === 0) redirect(list)
  return (
    <Page title={t('new.title')} lead={t('new.lead')} up={{ href: list, label: t('up') }}>
      <div className="panel">
        <ActionForm action={protectServer} organization={scope.organization} submit={t('new.submit')}>
          <Field name="name" label={t('new.name')} hint={t('new.nameHint')} autoComplete="off" required />
          <Field
            name="resource"
            label={t('new.resource')}
            hint={t('new.resourceHint')}
            inputMode="url"
            autoComplete="off"
            required
          />
          <SelectField
            name="connection"
            label={t('new.connection')}
            hint={t('new.connectionHint')}
            options={connections.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
        </ActionForm>
      </div>
    </Page>
  )
})
