import { ClientFields } from '@/components/console/servers/client-fields'
import { SecretOnce } from '@/components/console/servers/secret-once'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField } from '@/components/ui/fields'
import { ButtonLink, Facts, Section } from '@/components/ui/page'
import { NotFound } from '@/lib/access'
import { clientEntry, formVersion } from '@/lib/configuration/entries'
import { translator } from '@/lib/messages/catalogue'
import { messages as parts } from '@/lib/messages/server-parts'
import { messages } from '@/lib/messages/servers'
import { renewClientSecret, saveClient } from '../../../client-actions'
import { GRANT_FIELDS, METHODS } from '../../../client-form'
import { serverPage } from '../../server-page'

/** A client that an operator named. */
export default serverPage('clients', async ({ scope, server, language, base, params }) => {
  const [t, p] = [translator(messages, language), translator(parts, language)]
  const client = server.clients.find(({ clientId }) => clientId === params.client)
  if (!client) throw new NotFound('client')
  const form = {
    organization: scope.organization,
    fields: { server: server.slug, client_id: client.clientId },
  }
  const secret = <SecretOnce name="secret" note={p('clients.secretShown')} />
  return (
    <>
      <Section title={client.name ?? client.clientId}>
        <Facts items={[[p('clients.id'), <code key="id">{client.clientId}</code>]]} />
        <ActionForm
          {...form}
          fields={{ ...form.fields, version: formVersion(clientEntry(client)) }}
          action={saveClient}
          submit={t('save')}
          after={secret}
        >
          <ClientFields
            language={language}
            methods={METHODS}
            client={client}
            grants={GRANT_FIELDS.map(([name, label, grant]) => ({
              name,
              label: p(label),
              checked: client.grantTypes.includes(grant),
            }))}
          />
        </ActionForm>
      </Section>
      {client.hasSecret && (
        <Section title={p('clients.secret')}>
          <p>{t('secret.has')}</p>
          <ActionForm
            {...form}
            action={renewClientSecret}
            submit={p('clients.secretMake')}
            tone="plain"
            after={secret}
          >
            <CheckField name="replace" label={p('clients.secretConfirm')} />
          </ActionForm>
        </Section>
      )}
      <p>
        <ButtonLink href={`${base}/clients`} tone="plain">
          {p('clients.up', { name: server.name })}
        </ButtonLink>
      </p>
    </>
  )
})
