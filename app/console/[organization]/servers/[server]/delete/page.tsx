import type { Metadata } from 'next'
import { consolePage } from '@/app/console/console-page'
import { ActionForm } from '@/components/console/action-form'
import { Field } from '@/components/console/fields'
import { Callout, Facts, Page, Section } from '@/components/console/page'
import { readServerDeletion } from '@/lib/management/deletions'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/deletions'
import { removeServer } from '../../../deletion-actions'

export const metadata: Metadata = { title: 'Delete a server' }

/** What goes with a server, and the question. */
export default consolePage('configure', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const server = await readServerDeletion(scope, params.server ?? '', management)
  const { slug, name } = server
  const up = { href: `/console/${scope.organization}/servers/${slug}/settings`, label: name }
  return (
    <Page title={t('server.title', { name })} lead={t('server.lead')} up={up}>
      <Section title={t('server.link')}>
        <Facts
          items={[
            [t('server.grants'), server.grants],
            [t('server.people'), server.people],
            [t('server.clients'), server.clients],
          ]}
        />
        <div className="deletion">
          <Callout tone="warning">
            <p>{t('server.tokens')}</p>
            <p>{t('server.slug', { slug })}</p>
            <p>{t('server.stays')}</p>
          </Callout>
          <ActionForm
            action={removeServer}
            organization={scope.organization}
            fields={{ server: slug }}
            submit={t('server.submit')}
            tone="danger"
          >
            <Field
              name="confirm"
              label={t('confirm')}
              hint={t('confirmHint', { slug })}
              autoComplete="off"
              spellCheck={false}
              required
            />
          </ActionForm>
        </div>
      </Section>
    </Page>
  )
})
