import { CheckField, Field, SelectField, TextArea } from '@/components/ui/fields'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/server-parts'
import type { ServerClient } from '@/lib/servers/servers'

type ClientFieldsProps = {
  readonly language: Language
  readonly methods: readonly ServerClient['tokenEndpointAuthMethod'][]
  readonly grants: readonly { readonly name: string; readonly label: string; readonly checked: boolean }[]
  /** As it is; absent for a new one. */
  readonly client?: ServerClient
}

/** What an operator says of a client, besides its id. */
export function ClientFields({ language, methods, grants, client }: ClientFieldsProps) {
  const p = translator(messages, language)
  return (
    <>
      <Field
        name="name"
        label={p('clients.name')}
        hint={p('clients.nameHint')}
        defaultValue={client?.name}
        autoComplete="off"
      />
      <SelectField
        name="token_endpoint_auth_method"
        label={p('clients.method')}
        defaultValue={client?.tokenEndpointAuthMethod ?? 'none'}
        options={methods.map((method) => ({ value: method, label: p(`clients.method.${method}`) }))}
      />
      <TextArea
        name="redirect_uris"
        label={p('clients.redirects')}
        hint={p('clients.redirectsHint')}
        defaultValue={client?.redirectUris.join('\n')}
        rows={3}
      />
      <fieldset className="server-grants">
        <legend>{p('clients.grants')}</legend>
        {grants.map(({ name, label, checked }) => (
          <CheckField key={name} name={name} label={label} defaultChecked={checked} />
        ))}
      </fieldset>
      <Field
        name="scope"
        label={p('clients.scope')}
        hint={p('clients.scopeHint')}
        defaultValue={client?.scope}
        autoComplete="off"
      />
      <Field
        name="jwks_uri"
        label={p('clients.jwksUri')}
        hint={p('clients.jwksUriHint')}
        defaultValue={client?.jwksUri}
        inputMode="url"
        autoComplete="off"
      />
      {client?.jwks && (
        <TextArea name="jwks" label="JWKS" defaultValue={JSON.stringify(client.jwks, null, 2)} />
      )}
    </>
  )
}
