import type { Preset } from '@/lib/management/connections/presets'
import type { SetupConnection } from '@/lib/management/setup-links/visit'
import { ActionForm } from '../console/action-form'
import { METHODS, PresetInput, secretHint } from '../console/connections/connection-form'
import { LookUp } from '../console/connections/look-up'
import type { Words } from '../console/connections/preset-list'
import { Field, SelectField } from '../console/fields'
import type { FormState } from '../console/form-state'

type FormAction = (state: FormState | null, form: FormData) => Promise<FormState>

type ProviderFormProps = {
  readonly action: FormAction
  readonly lookUp: FormAction
  /** What the link ends with. */
  readonly token: string
  readonly preset: Preset
  /** What the fields begin with, where something of the kind is stored. */
  readonly stored: SetupConnection | undefined
  readonly submit: string
  readonly t: Words
}

/** What the holder of a setup link enters: where their provider is, and what it gave them. */
export function ProviderForm({ action, lookUp, token, preset, stored, submit, t }: ProviderFormProps) {
  const values = valuesOf(stored)
  const asked = preset.fields.map((field) => (
    <PresetInput key={field} field={field} preset={preset} value={values[field]} t={t} />
  ))
  const looks = preset.type === 'oidc' && preset.fields.length > 0
  const texts = { button: t('lookup.button'), busy: t('lookup.busy'), failed: t('lookup.failed') }
  const isEntra = preset.id === 'entra'
  const method = stored?.tokenEndpointAuthMethod ?? preset.defaults.token_endpoint_auth_method
  return (
    <ActionForm action={action} fields={{ token, preset: preset.id }} submit={submit}>
      {/* What Enter in a field presses: the first button of a form. */}
      <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true">
        {submit}
      </button>
      {looks ? (
        <LookUp action={lookUp} texts={texts}>
          {asked}
        </LookUp>
      ) : (
        asked
      )}
      <Field
        name="client_id"
        label={t('field.client_id')}
        hint={isEntra && t('field.client_id.entra')}
        defaultValue={stored?.clientId}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <Field
        name="client_secret"
        type="password"
        label={t('field.client_secret')}
        hint={secretHint(isEntra, stored, t)}
        autoComplete="new-password"
      />
      <details className="more">
        <summary>{t('field.more')}</summary>
        <div className="form">
          <SelectField
            name="token_endpoint_auth_method"
            label={t('field.token_endpoint_auth_method')}
            defaultValue={typeof method === 'string' ? method : 'client_secret_basic'}
            options={METHODS.map((value) => ({ value, label: t(`field.method.${value}`) }))}
          />
        </div>
      </details>
    </ActionForm>
  )
}

const valuesOf = (stored: SetupConnection | undefined): Readonly<Record<string, string | undefined>> => ({
  issuer: stored?.issuer,
  authorization_endpoint: stored?.authorizationEndpoint,
  token_endpoint: stored?.tokenEndpoint,
  userinfo_endpoint: stored?.userinfoEndpoint,
  subject_claim: stored?.subjectClaim,
})
