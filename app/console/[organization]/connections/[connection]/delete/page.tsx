import { consolePage } from '@/app/console/console-page'
import { DeletionQuestion } from '@/components/console/deletion-question'
import { Callout, Page, Section } from '@/components/ui/page'
import { findConnection } from '@/lib/connections/connections'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/deletions'
import { routes } from '@/lib/routes'
import { removeConnection } from '../../../deletion-actions'

/** What goes with a connection, and the question; while servers use it, their names instead. */
export default consolePage('configure', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const { slug, name, servers } = await findConnection(scope, params.connection ?? '', management)
  const up = { href: routes.connection(scope.organization, slug), label: name }
  return (
    <Page title={t('connection.title', { name })} lead={t('connection.lead')} up={up}>
      {servers.length > 0 ? (
        <Callout tone="warning" title={t('connection.used')}>
          <p>{t('connection.usedText')}</p>
          <ul className="connections-servers">
            {servers.map((server) => (
              <li key={server.slug}>
                <a href={routes.server(scope.organization, server.slug)}>
                  <bdi>{server.name}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </Callout>
      ) : (
        <Section title={t('connection.what')}>
          <DeletionQuestion
            action={removeConnection}
            organization={scope.organization}
            kind="connection"
            slug={slug}
            language={language}
          >
            <p>{t('connection.gone')}</p>
            <p>{t('connection.stays')}</p>
          </DeletionQuestion>
        </Section>
      )}
    </Page>
  )
})
