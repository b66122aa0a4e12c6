import { ActionForm } from '@/components/console/action-form'
import { Field } from '@/components/console/fields'
import { Callout, Section } from '@/components/console/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import { saveScopes } from '../../actions'
import { serverPage } from '../server-page'

/** Empty rows after those that are there, so that no script is needed to add one. */
const MORE = 2

/** What applications can ask for. */
export default serverPage('scopes', async ({ scope, server, language }) => {
  const t = translator(messages, language)
  const rows = server.scopes.length + MORE
  return (
    <Section title={t('scopes.title')} lead={t('scopes.lead')}>
      {server.scopes.length === 0 && (
        <Callout tone="warning">
          <p>{t('scopes.none')}</p>
        </Callout>
      )}
      <ActionForm
        action={saveScopes}
        organization={scope.organization}
        fields={{ server: server.slug }}
        submit={t('save')}
      >
        {Array.from({ length: rows }, (_, row) => {
          const offered = server.scopes[row]
          const field = `scope_${row}`
          return (
            <fieldset key={field} className="server-scope">
              <legend>{offered ? t('scopes.one', { number: row + 1 }) : t('scopes.another')}</legend>
              <Field
                name={`${field}_name`}
                label={t('scopes.name')}
                hint={t('scopes.nameHint')}
                defaultValue={offered?.name}
                autoComplete="off"
                spellCheck={false}
              />
              <Field
                name={`${field}_description`}
                label={t('scopes.description')}
                hint={t('scopes.descriptionHint')}
                defaultValue={offered?.description}
              />
              <Field
                name={`${field}_upstream_scopes`}
                label={t('scopes.upstream')}
                hint={t('scopes.upstreamHint')}
                defaultValue={offered?.upstreamScopes.join(' ')}
                autoComplete="off"
                spellCheck={false}
              />
            </fieldset>
          )
        })}
      </ActionForm>
    </Section>
  )
})
