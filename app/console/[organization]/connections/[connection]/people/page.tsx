import { consolePage } from '@/app/console/console-page'
import { PasswordLink } from '@/components/platform/password-link'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { Badge, Empty, Page, Section } from '@/components/ui/page'
import { Table } from '@/components/ui/table'
import { listPeople, type Person } from '@/lib/connections/platform-users'
import { formatAgo, type Language, translator } from '@/lib/messages/catalogue'
import { messages as consoleMessages } from '@/lib/messages/console'
import { messages } from '@/lib/messages/platform'
import { routes } from '@/lib/routes'
import { add, newLink, remove } from './actions'

/** The accounts of a platform connection. */
export default consolePage('read', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const { connection, people } = await listPeople(scope, params.connection ?? '', management)
  const { organization } = scope
  const mayChange = scope.permissions.includes('manage_members')
  const linkTexts = {
    lead: t('people.link'),
    sent: translator(consoleMessages, language)('sentTo'),
    ...copyTexts(language),
  }
  return (
    <Page
      title={t('people.title')}
      lead={t('people.lead', { connection: connection.name })}
      up={{ href: routes.connection(organization, connection.slug), label: connection.name }}
    >
      {people.length === 0 ? (
        <Empty title={t('people.none')}>{t('people.noneHint')}</Empty>
      ) : (
        <Table<Person>
          caption={t('people.title')}
          keyOf={({ id }) => id}
          rows={people}
          columns={[
            { title: t('people.address'), cell: ({ address }) => <bdi>{address}</bdi> },
            { title: t('people.name'), cell: ({ name }) => <bdi>{name}</bdi> },
            {
              title: t('people.state'),
              cell: (person) => <State person={person} language={language} now={management.ports.clock()} />,
            },
            ...(mayChange
              ? [
                  {
                    title: t('people.actions'),
                    cell: ({ id, address, grants }: Person) => (
                      <div className="page-actions">
                        <ActionForm
                          action={newLink}
                          organization={organization}
                          fields={{ connection: connection.slug, id, address }}
                          submit={t('people.newLink')}
                          tone="plain"
                          after={<PasswordLink {...linkTexts} />}
                        />
                        <ActionButton
                          action={remove}
                          organization={organization}
                          fields={{ connection: connection.slug, id }}
                          tone="danger"
                          confirm={t('people.removeConfirm', { count: grants })}
                        >
                          {t('people.remove')}
                        </ActionButton>
                      </div>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {mayChange && (
        <Section title={t('people.add')}>
          <ActionForm
            action={add}
            organization={organization}
            fields={{ connection: connection.slug }}
            submit={t('people.add')}
            after={<PasswordLink {...linkTexts} />}
          >
            <Field name="address" type="email" label={t('people.address')} autoComplete="off" required />
            <Field name="name" label={t('people.name')} hint={t('people.nameHint')} autoComplete="off" />
          </ActionForm>
        </Section>
      )}
    </Page>
  )
})

function copyTexts(language: Language) {
  const t = translator(consoleMessages, language)
  return { copy: t('copy'), copied: t('copied') }
}

type StateProps = {
  readonly person: Person
  readonly language: Language
  readonly now: Date
}

function State({ person, language, now }: StateProps) {
  const t = translator(messages, language)
  if (person.hasPassword) return <Badge tone="good">{t('people.ready')}</Badge>
  if (!person.linkExpiresAt || person.linkExpiresAt < now)
    return <Badge tone="warning">{t('people.expired')}</Badge>
  return <Badge>{t('people.invited', { date: formatAgo(person.linkExpiresAt, now, language) })}</Badge>
}
