import { type ConsoleContext, consolePage } from '@/app/console/console-page'
import { NewLink } from '@/components/console/setup-links/new-link'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { Field, SelectField } from '@/components/ui/fields'
import { Moment } from '@/components/ui/moment'
import { Badge, ButtonLink, Callout, Empty, Page, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { listConnections } from '@/lib/connections/connections'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages as connectionMessages } from '@/lib/messages/connections'
import { messages as consoleMessages } from '@/lib/messages/console'
import { messages } from '@/lib/messages/setup-links'
import { routes } from '@/lib/routes'
import { listSetupLinks, type SetupLink } from '@/lib/setup-links/links'
import { createLink, revokeLink } from './actions'

const DAYS = [7, 1, 14, 30]

const TONES = {
  open: 'good',
  expired: 'neutral',
  revoked: 'neutral',
  finished: 'neutral',
  connection_deleted: 'neutral',
} as const

/** Links with which customers' administrators fill in a connection, and a form for another. */
export default consolePage('configure', async (context) => {
  const { scope, management, language } = context
  const t = translator(messages, language)
  const links = await listSetupLinks(scope, management)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      up={{
        href: routes.connections(scope.organization),
        label: translator(connectionMessages, language)('title'),
      }}
    >
      {links.length === 0 ? (
        <Empty title={t('none')}>{t('noneHint')}</Empty>
      ) : (
        <Links {...{ links, language }} organization={scope.organization} />
      )}
      <Section title={t('new')}>
        <NewLinkForm {...context} />
      </Section>
    </Page>
  )
})

type LinksProps = {
  readonly links: readonly SetupLink[]
  readonly organization: string
  readonly language: Language
}

function Links({ links, organization, language }: LinksProps) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('title')}
      keyOf={({ id }) => id}
      rows={links}
      columns={[
        { title: t('for'), long: true, cell: ({ label }) => <Clip>{label}</Clip> },
        {
          title: t('connection'),
          long: true,
          cell: ({ connection, connectionName }) =>
            connection === undefined ? (
              <>
                <Clip>{connectionName}</Clip> <Badge tone="warning">{t('unfilled')}</Badge>
              </>
            ) : (
              <a href={routes.connection(organization, connection)}>
                <Clip>{connectionName}</Clip>
              </a>
            ),
        },
        {
          title: t('state'),
          cell: ({ state, expiresAt }) => (
            <>
              <Badge tone={TONES[state]}>{t(`state.${state}`)}</Badge>{' '}
              {state === 'open' && <Moment at={expiresAt} language={language} />}
            </>
          ),
        },
        {
          title: t('created'),
          cell: ({ createdAt }) => <Moment at={createdAt} language={language} />,
        },
        { title: t('by'), long: true, cell: ({ createdBy }) => <Clip>{createdBy}</Clip> },
        {
          title: t('lastUsed'),
          cell: ({ lastUsedAt }) =>
            lastUsedAt ? <Moment at={lastUsedAt} language={language} /> : t('never'),
        },
        {
          title: t('action'),
          cell: ({ id, label, state }) =>
            state === 'open' && (
              <ActionButton
                action={revokeLink}
                organization={organization}
                fields={{ link: id }}
                tone="danger"
                confirm={t('revokeConfirm', { name: label })}
              >
                {t('revoke')}
              </ActionButton>
            ),
        },
      ]}
    />
  )
}

async function NewLinkForm({ scope, management, language, query }: ConsoleContext) {
  const t = translator(messages, language)
  const all = await listConnections(scope, management)
  const connections = all.filter(({ type }) => type !== 'platform')
  const chosen = connections.find(({ slug }) => slug === query.connection)
  return (
    <ActionForm
      action={createLink}
      organization={scope.organization}
      submit={t('create')}
      after={
        <Callout tone="good" title={t('madeTitle')}>
          <p>{t('madeLead')}</p>
          <NewLink
            copy={t('copy')}
            copied={t('copied')}
            sent={translator(consoleMessages, language)('sentTo')}
          />
          <p>
            <ButtonLink href={routes.setupLinks(scope.organization)} tone="plain">
              {t('done')}
            </ButtonLink>
          </p>
        </Callout>
      }
    >
      <Field name="label" label={t('for')} hint={t('forHint')} autoComplete="off" required />
      {management.mail && (
        <Field name="email" type="email" label={t('email')} hint={t('emailHint')} autoComplete="off" />
      )}
      <SelectField
        name="connection"
        label={t('connection')}
        defaultValue={chosen?.slug ?? ''}
        options={[
          { value: '', label: t('connection.new') },
          ...connections.map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
      />
      <Field name="newConnection" label={t('newName')} hint={t('newNameHint')} autoComplete="off" />
      <SelectField
        name="expires"
        label={t('expires')}
        defaultValue="7"
        options={DAYS.map((count) => ({
          value: String(count),
          label: count === 1 ? t('day') : t('days', { count }),
        }))}
      />
    </ActionForm>
  )
}
