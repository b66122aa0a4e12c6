import { ClientFields } from '@/components/console/servers/client-fields'
import { SecretOnce } from '@/components/console/servers/secret-once'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field, SelectField } from '@/components/ui/fields'
import { ButtonLink, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { listWaitingClients } from '@/lib/clients/waiting-clients'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages as parts } from '@/lib/messages/server-parts'
import { messages } from '@/lib/messages/servers'
import { REGISTRATION_QUOTA } from '@/lib/oauth/protocol/lifetimes'
import type { ServerDetails } from '@/lib/servers/servers'
import { savePolicy } from '../../actions'
import { addNamedClient } from '../../client-actions'
import { GRANT_FIELDS, METHODS } from '../../client-form'
import { serverPage } from '../server-page'
import { RegistrationToken, Waiting } from './admission'

type FormProps = { readonly organization: string; readonly fields: Readonly<Record<string, string>> }
type PartProps = {
  readonly server: ServerDetails
  readonly language: Language
  readonly form: FormProps
}

/** Which applications may connect, and those that the operator names. */
export default serverPage(
  'clients',
  async ({ scope, server, language, base, mayChange, formOf, management }) => {
    const p = translator(parts, language)
    const form = { organization: scope.organization, fields: { server: server.slug } }
    const waiting = (await listWaitingClients(scope, management)).filter(
      (one) => one.server.slug === server.slug,
    )
    return (
      <>
        <Policy
          {...{ server, language }}
          form={formOf('client_policy', 'registration', 'client_admission', 'device_grant')}
        />
        {server.clientAdmission?.others === 'approval' && (
          <Waiting {...{ waiting, language, form, mayChange }} />
        )}
        <Section title={p('clients.title')} lead={p('clients.lead')}>
          {server.clients.length === 0 ? (
            <p>{p('clients.none')}</p>
          ) : (
            <Table
              caption={p('clients.title')}
              keyOf={({ clientId }) => clientId}
              hrefOf={({ clientId }) => `${base}/clients/${clientId}`}
              rows={server.clients}
              columns={[
                {
                  title: p('clients.id'),
                  long: true,
                  cell: ({ clientId }) => (
                    <a href={`${base}/clients/${clientId}`}>
                      <Clip>{clientId}</Clip>
                    </a>
                  ),
                },
                { title: p('clients.name'), long: true, cell: ({ name }) => <Clip>{name ?? '–'}</Clip> },
                {
                  title: p('clients.method'),
                  long: true,
                  cell: ({ tokenEndpointAuthMethod: method }) => <Clip>{p(`clients.method.${method}`)}</Clip>,
                },
              ]}
            />
          )}
        </Section>
        {mayChange && <RegistrationToken has={server.hasRegistrationToken} {...{ language, form }} />}
        {mayChange && <NewClient {...{ server, language, form }} back={`${base}/clients`} />}
      </>
    )
  },
)

function Policy({ server, language, form }: PartProps) {
  const [t, p] = [translator(messages, language), translator(parts, language)]
  const { clientPolicy, registration, clientAdmission } = server
  const hosts = typeof clientPolicy === 'string' ? [] : clientPolicy.hosts
  const quota = registration === 'off' ? REGISTRATION_QUOTA : registration.quota
  return (
    <Section title={p('policy.title')}>
      <ActionForm {...form} action={savePolicy} submit={t('save')}>
        <SelectField
          name="client_policy"
          label={p('policy.documents')}
          defaultValue={typeof clientPolicy === 'string' ? clientPolicy : 'hosts'}
          options={[
            { value: 'any', label: p('policy.any') },
            { value: 'hosts', label: p('policy.hosts') },
            { value: 'off', label: p('policy.off') },
          ]}
        />
        <Field
          name="hosts"
          label={p('policy.hostNames')}
          hint={p('policy.hostNamesHint')}
          defaultValue={hosts.join(' ')}
          autoComplete="off"
        />
        <CheckField
          name="registration"
          label={p('policy.registration')}
          hint={p('policy.registrationHint')}
          defaultChecked={registration !== 'off'}
        />
        <Field name="quota" label={p('policy.quota')} defaultValue={String(quota)} inputMode="numeric" />
        <SelectField
          name="client_admission"
          label={p('policy.admission')}
          defaultValue={clientAdmission?.others ?? 'anyone'}
          options={[
            { value: 'anyone', label: p('policy.admission.anyone') },
            { value: 'approval', label: p('policy.admission.approval') },
            { value: 'refuse', label: p('policy.admission.refuse') },
          ]}
        />
        <Field
          name="admitted_hosts"
          label={p('policy.admittedHosts')}
          hint={p('policy.admittedHostsHint')}
          defaultValue={clientAdmission?.hosts.join(' ')}
          autoComplete="off"
        />
        <CheckField name="device_grant" label={p('policy.device')} defaultChecked={server.deviceGrant} />
      </ActionForm>
    </Section>
  )
}

function NewClient({ language, form, back }: PartProps & { readonly back: string }) {
  const p = translator(parts, language)
  const grants = GRANT_FIELDS.map(([name, label], i) => ({ name, label: p(label), checked: i < 2 }))
  return (
    <Section title={p('clients.add')} lead={p('clients.addLead')}>
      <details className="more">
        <summary>{p('clients.addOpen')}</summary>
        <ActionForm
          {...form}
          action={addNamedClient}
          submit={p('clients.addSubmit')}
          after={
            <SecretOnce name="secret" note={p('clients.secretShown')}>
              <p>{p('clients.added')}</p>
              <ButtonLink href={back} tone="plain">
                {p('clients.back')}
              </ButtonLink>
            </SecretOnce>
          }
        >
          <Field
            name="client_id"
            label={p('clients.id')}
            hint={p('clients.idHint')}
            autoComplete="off"
            required
          />
          <ClientFields language={language} methods={METHODS} grants={grants} />
        </ActionForm>
      </details>
    </Section>
  )
}
