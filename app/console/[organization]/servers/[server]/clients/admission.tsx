import { SecretOnce } from '@/components/console/servers/secret-once'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { CheckField } from '@/components/ui/fields'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { type WaitingClient, waitingEntry } from '@/lib/clients/waiting-clients'
import { formVersion } from '@/lib/configuration/entries'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/server-parts'
import { messages as servers } from '@/lib/messages/servers'
import { allow, makeToken, refuse, removeToken } from '../../admission-actions'

type Form = { readonly organization: string; readonly fields: Readonly<Record<string, string>> }
type WaitingProps = {
  readonly waiting: readonly WaitingClient[]
  readonly language: Language
  readonly form: Form
  readonly mayChange: boolean
}

/** Clients that wait, by what cannot be borrowed: where they are from, and where their codes go. */
export function Waiting({ waiting, language, form, mayChange }: WaitingProps) {
  const t = translator(messages, language)
  const answer = ({ client }: WaitingClient) => {
    const fields = { ...form.fields, id: client.id }
    const seen = { ...fields, version: formVersion(waitingEntry(client)) }
    return (
      <div className="in-line">
        <ActionButton {...form} fields={seen} action={allow}>
          {t('waiting.allow')}
        </ActionButton>
        <ActionButton {...form} fields={fields} action={refuse} tone="danger">
          {t('waiting.refuse')}
        </ActionButton>
      </div>
    )
  }
  return (
    <Section title={t('waiting.title')} lead={t('waiting.lead')}>
      {waiting.length === 0 ? (
        <p>{t('waiting.none')}</p>
      ) : (
        <Table
          caption={t('waiting.title')}
          keyOf={({ client }) => client.id}
          rows={waiting}
          columns={[
            { title: t('clients.id'), long: true, cell: ({ client }) => <Clip>{client.clientId}</Clip> },
            { title: t('waiting.name'), long: true, cell: ({ client }) => <Clip>{client.name ?? '–'}</Clip> },
            {
              title: t('waiting.leads'),
              long: true,
              cell: ({ client }) => <Clip>{client.redirectUris.join(' ')}</Clip>,
            },
            {
              title: t('waiting.since'),
              cell: ({ client }) => client.askedAt && <Moment at={client.askedAt} language={language} />,
            },
            ...(mayChange ? [{ title: t('waiting.answer'), cell: answer }] : []),
          ]}
        />
      )}
    </Section>
  )
}

/** The initial access token. Always in this place: without JavaScript an answer finds its form by where it stands. */
export function RegistrationToken({ has, language, form }: { has: boolean; language: Language; form: Form }) {
  const t = translator(messages, language)
  return (
    <Section title={t('token.title')} lead={t('token.lead')}>
      <p>{t(has ? 'token.has' : 'token.none')}</p>
      <ActionForm
        {...form}
        action={makeToken}
        submit={t('token.make')}
        tone="plain"
        after={<SecretOnce name="secret" note={translator(servers, language)('secret.shown')} />}
      >
        {has && <CheckField name="replace" label={t('token.makeConfirm')} />}
      </ActionForm>
      {has && (
        <ActionButton {...form} action={removeToken} confirm={t('token.removeConfirm')} tone="danger">
          {t('token.remove')}
        </ActionButton>
      )}
    </Section>
  )
}
