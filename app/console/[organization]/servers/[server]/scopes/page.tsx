import { ConditionFields } from '@/components/console/servers/condition-fields'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field, SelectField } from '@/components/ui/fields'
import { Callout, Section } from '@/components/ui/page'
import { type Translate, translator } from '@/lib/messages/catalogue'
import { messages as accessMessages } from '@/lib/messages/server-parts'
import { messages } from '@/lib/messages/servers'
import { riskOf, SCOPE_RISKS } from '@/lib/oauth/protocol/scope-risk'
import { viewOf } from '@/lib/servers/access-form'
import { saveScopes } from '../../actions'
import { serverPage } from '../server-page'

/** What the mark is where none is chosen. */
function byName(scope: { readonly name: string } | undefined, t: Translate<keyof (typeof messages)['en']>) {
  const risk = scope && riskOf({ name: scope.name })
  return risk ? t('scopes.risk.byName', { risk: t(`scopes.risk.${risk}`) }) : t('scopes.risk.none')
}

/** Empty rows after those that are there, so that no script is needed to add one. */
const MORE = 2

/** What applications can ask for. */
export default serverPage('scopes', async ({ server, language, formOf }) => {
  const [t, access] = [translator(messages, language), translator(accessMessages, language)]
  const rows = server.scopes.length + MORE
  return (
    <Section title={t('scopes.title')} lead={t('scopes.lead')}>
      {server.scopes.length === 0 && (
        <Callout tone="warning">
          <p>{t('scopes.none')}</p>
        </Callout>
      )}
      <ActionForm wide action={saveScopes} {...formOf('scopes')} submit={t('save')}>
        <div className="scope-room">
          <p className="scope-head" aria-hidden>
            <span>{t('scopes.name')}</span>
            <span>{t('scopes.description')}</span>
            <span>{t('scopes.german')}</span>
            <span>{t('scopes.risk')}</span>
            <span>{t('scopes.upstream')}</span>
          </p>
          {Array.from({ length: rows }, (_, row) => {
            const offered = server.scopes[row]
            const field = `scope_${row}`
            const exact = { autoComplete: 'off', spellCheck: false }
            return (
              <fieldset key={field} className="scope">
                <legend className="visually-hidden">
                  {offered ? t('scopes.one', { number: row + 1 }) : t('scopes.another')}
                </legend>
                <Field
                  name={`${field}_name`}
                  label={t('scopes.name')}
                  placeholder={offered ? undefined : 'files:read'}
                  defaultValue={offered?.name}
                  {...exact}
                />
                <Field
                  name={`${field}_description`}
                  label={t('scopes.description')}
                  placeholder={offered ? undefined : t('scopes.descriptionHint')}
                  defaultValue={offered?.description}
                />
                <Field
                  name={`${field}_de`}
                  label={t('scopes.german')}
                  defaultValue={offered?.translations?.de}
                />
                <SelectField
                  name={`${field}_risk`}
                  label={t('scopes.risk')}
                  defaultValue={offered?.risk ?? ''}
                  options={(['', ...SCOPE_RISKS] as const).map((value) => ({
                    value,
                    label: value ? t(`scopes.risk.${value}`) : byName(offered, t),
                  }))}
                />
                <Field
                  name={`${field}_upstream_scopes`}
                  label={t('scopes.upstream')}
                  defaultValue={offered?.upstreamScopes.join(' ')}
                  {...exact}
                />
              </fieldset>
            )
          })}
        </div>
        <p className="field-hint">{t('scopes.hint')}</p>
        {server.scopes.map(({ name, when }, row) => (
          <details key={name} className="more" open={when !== undefined}>
            <summary>{access('users.scope.title', { scope: name })}</summary>
            <ConditionFields prefix={`scope_${row}_when`} condition={viewOf(when)} more={1} t={access} />
          </details>
        ))}
        <CheckField name="scopes" label={access('users.meant')} />
      </ActionForm>
    </Section>
  )
})
