import { SecretOnce } from '@/components/console/servers/secret-once'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { CheckField, DurationField, Field, SelectField } from '@/components/ui/fields'
import { Section } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import { makeSecret, removeSecret, saveHandoff, saveTokens } from '../../actions'
import { serverPage } from '../server-page'

const TOKEN_FIELDS = [
  'token_format',
  'access_token_lifetime',
  'refresh_token_lifetime',
  'passed_claims',
  'upstream_max_age',
]

/** What tokens look like, how long they live, and the credential that the MCP server asks with. */
export default serverPage('tokens', async ({ scope, server, language, formOf }) => {
  const t = translator(messages, language)
  const units = { 1: t('unit.1'), 60: t('unit.60'), 3600: t('unit.3600'), 86400: t('unit.86400') }
  const form = { organization: scope.organization, fields: { server: server.slug } }
  return (
    <>
      <Section title={t('tokens.title')}>
        <ActionForm {...formOf(...TOKEN_FIELDS)} action={saveTokens} submit={t('save')}>
          <SelectField
            name="token_format"
            label={t('tokens.format')}
            hint={t('tokens.formatHint')}
            defaultValue={server.tokenFormat}
            options={[
              { value: 'jwt', label: t('tokens.jwt') },
              { value: 'opaque', label: t('tokens.opaque') },
            ]}
          />
          <DurationField
            name="access_token_lifetime"
            label={t('tokens.access')}
            hint={t('tokens.accessHint')}
            defaultValue={String(server.accessTokenLifetime)}
            units={units}
            required
          />
          <DurationField
            name="refresh_token_lifetime"
            label={t('tokens.refresh')}
            hint={t('tokens.refreshHint')}
            defaultValue={String(server.refreshTokenLifetime)}
            units={units}
            required
          />
          <Field
            name="passed_claims"
            label={t('tokens.claims')}
            hint={t('tokens.claimsHint')}
            defaultValue={server.passedClaims.join(' ')}
            autoComplete="off"
          />
          <DurationField
            name="upstream_max_age"
            label={t('tokens.maxAge')}
            hint={t('tokens.maxAgeHint')}
            defaultValue={server.upstreamMaxAge?.toString()}
            units={units}
          />
        </ActionForm>
      </Section>
      <Section title={t('secret.title')} lead={t('secret.lead')}>
        <p>{t(server.hasResourceSecret ? 'secret.has' : 'secret.none')}</p>
        {/* Always in this place of the page: without JavaScript an answer finds its form by where it stands. */}
        <ActionForm
          {...form}
          action={makeSecret}
          submit={t('secret.make')}
          tone="plain"
          after={<SecretOnce name="secret" note={t('secret.shown')} />}
        >
          {server.hasResourceSecret && <CheckField name="replace" label={t('secret.makeConfirm')} />}
        </ActionForm>
        {server.hasResourceSecret && (
          <ActionButton {...form} action={removeSecret} confirm={t('secret.removeConfirm')} tone="danger">
            {t('secret.remove')}
          </ActionButton>
        )}
      </Section>
      <Section title={t('handoff.title')} lead={t('handoff.lead')}>
        <ActionForm {...formOf('handoff_scopes')} action={saveHandoff} submit={t('save')}>
          <Field
            name="handoff_scopes"
            label={t('handoff.scopes')}
            hint={t('handoff.hint')}
            defaultValue={server.handoffScopes?.join(' ')}
            autoComplete="off"
          />
        </ActionForm>
      </Section>
    </>
  )
})
