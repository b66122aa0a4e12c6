import { ActionForm } from '@/components/ui/action-form'
import type { FormState } from '@/components/ui/form-state'
import type { Answers, Preset } from '@/lib/connections/presets'
import type { SetupConnection } from '@/lib/setup-links/visit'
import { MethodField, ProviderFields } from '../console/connections/connection-form'
import type { Words } from '../console/connections/preset-list'

type FormAction = (state: FormState | null, form: FormData) => Promise<FormState>

type ProviderFormProps = {
  readonly action: FormAction
  /** What the link ends with. */
  readonly token: string
  readonly preset: Preset
  /** What the fields of the preset begin with. */
  readonly answers: Answers
  /** What the others begin with, where something of the kind is stored. */
  readonly stored: SetupConnection | undefined
  /** Of what is stored, also at another provider. */
  readonly version: string | undefined
  readonly submit: string
  readonly t: Words
}

/** What the holder of a setup link enters: where their provider is, and what it gave them. */
export function ProviderForm({
  action,
  token,
  preset,
  answers,
  stored,
  version = '',
  submit,
  t,
}: ProviderFormProps) {
  const method = stored?.tokenEndpointAuthMethod ?? preset.defaults.tokenEndpointAuthMethod
  return (
    <ActionForm action={action} fields={{ token, preset: preset.id, version }} submit={submit}>
      {/* What Enter in a field presses: the first button of a form. */}
      <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true">
        {submit}
      </button>
      <ProviderFields preset={preset} answers={answers} client={stored} existing={stored} t={t} />
      {preset.type !== 'saml' && (
        <details className="more">
          <summary>{t('field.more')}</summary>
          <div className="form">
            <MethodField method={method} t={t} />
          </div>
        </details>
      )}
    </ActionForm>
  )
}
