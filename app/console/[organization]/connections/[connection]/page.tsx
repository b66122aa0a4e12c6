import { ConnectionForm } from '@/components/console/connections/connection-form'
import { Leaving } from '@/components/console/connections/leaving'
import { Registration } from '@/components/console/connections/registration'
import { TestList } from '@/components/console/connections/test-list'
import { TestButton } from '@/components/console/connections/test-report'
import { RefreshWhenSeen } from '@/components/refresh'
import { CopyText } from '@/components/ui/copy-text'
import { Moment } from '@/components/ui/moment'
import { ButtonLink, Callout, Facts, Page, Section } from '@/components/ui/page'
import { connectionEntry, formVersion } from '@/lib/configuration/entries'
import { readCertificates } from '@/lib/configuration/schema/certificates'
import { type ConnectionView, findConnection } from '@/lib/connections/connections'
import { answersOf, findPreset, type PresetId, presetOf } from '@/lib/connections/presets'
import { listConnectionTests } from '@/lib/connections/run-test'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { messages as deletionMessages } from '@/lib/messages/deletions'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../console-page'
import { updateOrLookUp } from '../actions'
import { makeToken, removeToken, saveProvisioned, saveSignals } from '../leaving-actions'

/** One identity provider: how it is registered there, whether it works, and its settings. */
export default consolePage('read', async ({ scope, management, params, query, language }) => {
  const t = translator(messages, language)
  const connection = await findConnection(scope, params.connection ?? '', management)
  const tests = await listConnectionTests(scope, connection.slug, management)
  const at = routes.connection(scope.organization, connection.slug)
  const mayConfigure = scope.permissions.includes('configure')
  const button = mayConfigure && <TestButton at={at} again={tests.length > 0} t={t} />
  const isPlatform = connection.type === 'platform'
  return (
    <Page
      title={connection.name}
      up={{ href: routes.connections(scope.organization), label: t('title') }}
      actions={
        mayConfigure &&
        !isPlatform && (
          <ButtonLink
            href={routes.setupLinks(scope.organization, { connection: connection.slug })}
            tone="plain"
          >
            {t('setupLink')}
          </ButtonLink>
        )
      }
    >
      <Saved how={query.saved} t={t} />
      {isPlatform ? (
        <Section title={t('platform.title')} lead={t('platform.lead')}>
          <p>
            <ButtonLink href={routes.connectionPeople(scope.organization, connection.slug)}>
              {t('platform.people')}
            </ButtonLink>
          </p>
        </Section>
      ) : (
        <Section title={t('test.title')} lead={t('test.lead')}>
          <div className="connections-part">
            {button}
            {tests.length > 0 && <TestList withNames {...{ tests, at, language }} />}
            <RefreshWhenSeen />
          </div>
        </Section>
      )}
      <Section title={t(isPlatform ? 'facts.use' : 'facts.title')}>
        <Registration
          isDone
          preset={presetOf(connection)}
          callbackUrl={connection.callbackUrl}
          metadataUrl={connection.samlMetadataUrl}
          t={t}
        />
        <Facts items={factsOf(connection, scope.organization, mayConfigure, language)} />
      </Section>
      {mayConfigure && <Settings {...{ connection, language }} organization={scope.organization} />}
      <Leaving
        {...{ connection, language }}
        organization={scope.organization}
        actions={mayConfigure ? { makeToken, removeToken, saveProvisioned, saveSignals } : undefined}
        versions={{
          provisioned: formVersion(connectionEntry(connection), ['scim_match', 'scim_groups']),
          signals: formVersion(connectionEntry(connection), ['signals']),
        }}
        scimUrl={`${management.publicUrl}/scim/v2`}
      />
      {mayConfigure && (
        <p className="deletion-link">
          <a className="btn btn-danger" href={routes.connectionDeletion(scope.organization, connection.slug)}>
            {translator(deletionMessages, language)('connection.link')}
          </a>
        </p>
      )}
    </Page>
  )
})

type Words = ReturnType<typeof translator<keyof (typeof messages)['en']>>

function Saved({ how, t }: { readonly how: string | undefined; readonly t: Words }) {
  if (how === 'new-users')
    return (
      <Callout tone="warning">
        <p>{t('saved.newUsers')}</p>
      </Callout>
    )
  if (how !== 'new' && how !== 'yes') return null
  return (
    <Callout tone="good">
      <p>{t(how === 'new' ? 'created' : 'saved')}</p>
    </Callout>
  )
}

function factsOf(
  connection: ConnectionView,
  organization: string,
  mayConfigure: boolean,
  language: Language,
) {
  const t = translator(messages, language)
  const { slug, type, clientId, servers, lastLoginAt } = connection
  const add = <a href={routes.newServer(organization, { connection: slug })}>{t('facts.addServer')}</a>
  const links = servers.map((server) => (
    <li key={server.slug}>
      <a href={routes.server(organization, server.slug)}>
        <bdi>{server.name}</bdi>
      </a>
    </li>
  ))
  const used = <ul className="connections-servers">{links}</ul>
  const authorities = readCertificates(connection.certificateAuthorities ?? '') ?? []
  return [
    [t('column.provider'), findPreset(presetOf(connection))?.name],
    ...(type === 'platform' || type === 'saml'
      ? []
      : [[t('field.client_id'), <code key="client">{clientId}</code>] as const]),
    ...(connection.clientSecretEnds && connection.hasClientSecret
      ? [[t('facts.secretEnds'), <time key="secret">{connection.clientSecretEnds}</time>] as const]
      : []),
    ...(connection.certificateEnds
      ? [
          [
            t('facts.certificateEnds'),
            <Moment key="certificate" at={connection.certificateEnds} language={language} />,
          ] as const,
        ]
      : []),
    ...(connection.jwksUrl
      ? [
          [
            t('facts.keys'),
            <CopyText key="keys" text={connection.jwksUrl} label={t('copy')} copied={t('copied')} />,
          ] as const,
        ]
      : []),
    ...authorities.map(
      ({ name, validTo }) =>
        [
          t('facts.authority'),
          <span key={name}>
            <bdi>{name}</bdi>, {t('facts.until')} <Moment at={validTo} language={language} />
          </span>,
        ] as const,
    ),
    [t('facts.servers'), servers.length > 0 ? used : mayConfigure ? add : t('servers.none')],
    [
      t('facts.lastLogin'),
      lastLoginAt ? <Moment key="last" at={lastLoginAt} language={language} /> : t('never'),
    ],
  ] as const
}

type SettingsProps = {
  readonly connection: ConnectionView
  readonly organization: string
  readonly language: Language
}

function Settings({ connection, organization, language }: SettingsProps) {
  const t = translator(messages, language)
  const { type, hasClientSecret } = connection
  // Whatever it was made from, its addresses are what is stored.
  const preset = findPreset(type satisfies PresetId)
  if (!preset) return null
  return (
    <Section title={t('settings.titleOnly')}>
      <ConnectionForm
        action={updateOrLookUp}
        organization={organization}
        preset={preset}
        fields={{
          preset: preset.id,
          connection: connection.slug,
          version: formVersion(connectionEntry(connection)),
        }}
        initial={connection}
        answers={answersOf(connection)}
        existing={{ hasClientSecret }}
        submit={t('save')}
        t={t}
      />
    </Section>
  )
}
