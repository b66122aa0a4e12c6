import { consolePage } from '@/app/console/console-page'
import { DeletionQuestion } from '@/components/console/deletion-question'
import { Facts, Page, Section } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/deletions'
import { readServerDeletion } from '@/lib/organizations/deletions'
import { routes } from '@/lib/routes'
import { removeServer } from '../../../deletion-actions'

/** What goes with a server, and the question. */
export default consolePage('configure', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const server = await readServerDeletion(scope, params.server ?? '', management)
  const { slug, name } = server
  const up = { href: routes.serverSettings(scope.organization, slug), label: name }
  return (
    <Page title={t('server.title', { name })} lead={t('server.lead')} up={up}>
      <Section title={t('server.what')}>
        <Facts
          items={[
            [t('server.grants'), server.grants],
            [t('server.people'), server.people],
            [t('server.clients'), server.clients],
          ]}
        />
        <DeletionQuestion
          action={removeServer}
          organization={scope.organization}
          kind="server"
          slug={slug}
          language={language}
        >
          <p>{t('server.tokens')}</p>
          <p>{t('server.slug', { slug })}</p>
          <p>{t('server.stays')}</p>
        </DeletionQuestion>
      </Section>
    </Page>
  )
})
