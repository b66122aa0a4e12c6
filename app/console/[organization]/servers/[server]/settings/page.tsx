import { ActionForm } from '@/components/ui/action-form'
import { Field, SelectField, TextArea } from '@/components/ui/fields'
import { Facts, Section } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages as deletionMessages } from '@/lib/messages/deletions'
import { messages } from '@/lib/messages/servers'
import { listConnectionChoices } from '@/lib/servers/servers'
import { saveSettings } from '../../actions'
import { serverPage } from '../server-page'

/** What the server is called, where it is, and where its users log in. */
export default serverPage('settings', async ({ scope, management, server, base, language, formOf }) => {
  const t = translator(messages, language)
  const connections = await listConnectionChoices(scope, management)
  return (
    <>
      <Section title={t('settings.title')}>
        <Facts
          items={[
            ['Slug', <code key="slug">{server.slug}</code>],
            [t('issuer'), <code key="issuer">{server.issuer}</code>],
          ]}
        />
        <p className="field-hint">{t('settings.slugHint')}</p>
        <ActionForm
          action={saveSettings}
          {...formOf('name', 'resource', 'aliases', 'connection')}
          submit={t('save')}
        >
          <Field
            name="name"
            label={t('new.name')}
            hint={t('new.nameHint')}
            defaultValue={server.name}
            required
          />
          <Field
            name="resource"
            label={t('new.resource')}
            hint={t('settings.resourceWarning')}
            defaultValue={server.resource}
            inputMode="url"
            required
          />
          <TextArea
            name="aliases"
            label={t('settings.aliases')}
            hint={t('settings.aliasesHint')}
            defaultValue={server.aliases.join('\n')}
            rows={2}
          />
          <SelectField
            name="connection"
            label={t('new.connection')}
            hint={t('settings.connectionHint', { count: server.liveGrants })}
            defaultValue={server.connection.slug}
            options={connections.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
        </ActionForm>
      </Section>
      <p className="deletion-link">
        <a className="btn btn-danger" href={`${base}/delete`}>
          {translator(deletionMessages, language)('server.link')}
        </a>
      </p>
    </>
  )
})
