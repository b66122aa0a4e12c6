import { Sentence } from '@/components/sentence'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field, SelectField, TextArea } from '@/components/ui/fields'
import type { FormState } from '@/components/ui/form-state'
import type { ConnectionInput } from '@/lib/configuration/schema/settings'
import type { Answers, Preset, PresetField } from '@/lib/connections/presets'
import { LookUp } from './look-up'
import type { Words } from './preset-list'

type FormAction = (state: FormState | null, form: FormData) => Promise<FormState>

type ConnectionFormProps = {
  readonly action: FormAction
  readonly organization: string
  readonly preset: Preset
  /** Hidden values. */
  readonly fields: Readonly<Record<string, string>>
  /** What the fields begin with. */
  readonly initial: ConnectionInput
  /** What the fields of the preset begin with. */
  readonly answers?: Answers
  /** The connection exists: its secret may stay, and its short name does. */
  readonly existing?: { readonly hasClientSecret: boolean }
  readonly submit: string
  readonly t: Words
}

/** Everything of a connection on one form; what is rarely needed is folded away. */
export function ConnectionForm(props: ConnectionFormProps) {
  const { action, organization, preset, fields, initial, submit, t } = props
  return (
    <ActionForm action={action} organization={organization} fields={fields} submit={submit}>
      {/* What Enter in a field presses: the first button of a form. */}
      <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true">
        {submit}
      </button>
      <Field
        name="name"
        label={t('field.name')}
        hint={t('field.name.hint', { provider: initial.name || 'Acme' })}
        defaultValue={initial.name}
        required
      />
      {preset.type === 'platform' ? (
        <Slug {...props} />
      ) : (
        <>
          <ProviderFields {...props} client={initial} />
          <More {...props} />
        </>
      )}
    </ActionForm>
  )
}

type ProviderFieldsProps = Pick<ConnectionFormProps, 'preset' | 'answers' | 't'> & {
  /** What we are there, as far as it is known. */
  readonly client?: Pick<ConnectionInput, 'clientId' | 'clientSecretEnds'> | undefined
  /** The connection exists: its secret may stay. */
  readonly existing?: { readonly hasClientSecret: boolean } | undefined
}

/** Where the provider is, and what it gave us. */
export function ProviderFields({ preset, answers, client, existing, t }: ProviderFieldsProps) {
  const asked = preset.fields.map((field) => (
    <PresetInput key={field} field={field} preset={preset} value={answers?.[field]} t={t} />
  ))
  const looks = preset.type === 'oidc' && preset.fields.length > 0
  const texts = { button: t('lookup.button'), busy: t('lookup.busy'), failed: t('lookup.failed') }
  const isEntra = preset.id === 'entra'
  if (preset.type === 'saml') return asked
  return (
    <>
      {looks ? <LookUp texts={texts}>{asked}</LookUp> : asked}
      <Field
        name="client_id"
        label={t('field.client_id')}
        hint={isEntra && t('field.client_id.entra')}
        defaultValue={client?.clientId}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <Field
        name="client_secret"
        type="password"
        label={t('field.client_secret')}
        hint={secretHint(isEntra, existing, t)}
        autoComplete="new-password"
      />
      <Field
        name="client_secret_ends"
        type="date"
        label={t('field.client_secret_ends')}
        hint={t('field.client_secret_ends.hint')}
        defaultValue={client?.clientSecretEnds}
      />
    </>
  )
}

function Slug({ existing, t }: ConnectionFormProps) {
  return existing ? null : <Field name="slug" label={t('field.slug')} hint={t('field.slug.hint')} />
}

/** What to say beside the field for the secret. */
function secretHint(isEntra: boolean, existing: ProviderFieldsProps['existing'], t: Words): string {
  if (existing?.hasClientSecret) return t('field.client_secret.kept')
  return [...(isEntra ? [t('field.client_secret.entra')] : []), t('field.client_secret.write')].join(' ')
}

type PresetInputProps = {
  readonly field: PresetField
  readonly preset: Preset
  readonly value: string | undefined
  readonly t: Words
}

/** One answer that a preset asks for. */
function PresetInput({ field, preset, value, t }: PresetInputProps) {
  const isDomain = field === 'domain'
  const hint = isDomain
    ? t(preset.id === 'auth0' ? 'field.domain.auth0' : 'field.domain.okta')
    : t(`field.${field}.hint`)
  if (field === 'saml_metadata')
    return <TextArea name={field} label={t(`field.${field}`)} hint={hint} defaultValue={value} rows={4} />
  return (
    <Field
      name={field}
      label={t(`field.${field}`)}
      hint={hint}
      defaultValue={value}
      spellCheck={false}
      autoComplete="off"
      required={field !== 'subject_claim'}
    />
  )
}

/** How a secret can be sent. */
const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_basic_raw',
  'private_key_jwt',
  'none',
] as const

/** How the secret is sent; usually as HTTP Basic. */
export function MethodField({ method, t }: { readonly method: string | undefined; readonly t: Words }) {
  return (
    <SelectField
      name="token_endpoint_auth_method"
      label={t('field.token_endpoint_auth_method')}
      defaultValue={method ?? 'client_secret_basic'}
      options={METHODS.map((value) => ({ value, label: t(`field.method.${value}`) }))}
    />
  )
}

function More(props: ConnectionFormProps) {
  const { preset, initial, t } = props
  return (
    <details className="more">
      <summary>{t('field.more')}</summary>
      <div className="form">
        <Slug {...props} />
        {preset.type === 'saml' ? (
          <SignRequests initial={initial} t={t} />
        ) : (
          <Requested initial={initial} t={t} />
        )}
        <TextArea
          name="certificate_authorities"
          label={t('field.certificate_authorities')}
          hint={t('field.certificate_authorities.hint')}
          defaultValue={initial.certificateAuthorities}
          rows={2}
        />
        {preset.type === 'oidc' && (
          <>
            <Field
              name="metadata_url"
              type="url"
              label={t('field.metadata_url')}
              hint={t('field.metadata_url.hint')}
              defaultValue={initial.metadataUrl}
            />
            <Field
              name="allowed_tenants"
              label={t('field.allowed_tenants')}
              hint={
                <Sentence
                  text={t('field.allowed_tenants.hint')}
                  values={{ tenantid: <code>{'{tenantid}'}</code> }}
                />
              }
              defaultValue={initial.allowedTenants?.join(' ')}
              spellCheck={false}
            />
          </>
        )}
        {preset.type !== 'saml' && (
          <CheckField
            name="pkce"
            label={t('field.pkce')}
            hint={t('field.pkce.hint')}
            defaultChecked={initial.pkce !== false}
          />
        )}
      </div>
    </details>
  )
}

/** As the provider's metadata says, unless the operator says otherwise. */
function SignRequests({ initial: { signRequests }, t }: Pick<ConnectionFormProps, 'initial' | 't'>) {
  return (
    <SelectField
      name="sign_requests"
      label={t('field.sign_requests')}
      hint={t('field.sign_requests.hint')}
      defaultValue={signRequests === undefined ? '' : String(signRequests)}
      options={[
        { value: '', label: t('field.sign_requests.metadata') },
        { value: 'true', label: t('field.sign_requests.true') },
        { value: 'false', label: t('field.sign_requests.false') },
      ]}
    />
  )
}

/** What a login asks the provider for, and how our client proves itself. */
function Requested({ initial, t }: Pick<ConnectionFormProps, 'initial' | 't'>) {
  const parameters = Object.entries(initial.authorizationParameters ?? {})
  return (
    <>
      <Field
        name="scopes"
        label={t('field.scopes')}
        hint={t('field.scopes.hint')}
        defaultValue={initial.scopes?.join(' ')}
        spellCheck={false}
      />
      <MethodField method={initial.tokenEndpointAuthMethod} t={t} />
      <TextArea
        name="authorization_parameters"
        label={t('field.authorization_parameters')}
        hint={t('field.authorization_parameters.hint')}
        defaultValue={parameters.map(([name, value]) => `${name}=${value}`).join('\n')}
        rows={2}
      />
      <CheckField
        name="forward_resource"
        label={t('field.forward_resource')}
        hint={t('field.forward_resource.hint')}
        defaultChecked={initial.forwardResource === true}
      />
    </>
  )
}
