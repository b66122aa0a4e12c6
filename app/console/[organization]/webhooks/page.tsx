import { SecretToCopy } from '@/components/console/webhooks/secret-to-copy'
import { WebhookFields } from '@/components/console/webhooks/webhook-fields'
import { WebhookState } from '@/components/console/webhooks/webhook-state'
import { ActionForm } from '@/components/ui/action-form'
import { Empty, Page, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/webhooks'
import { routes } from '@/lib/routes'
import { listWebhooks } from '@/lib/webhooks/webhooks'
import { consolePage } from '../../console-page'
import { addWebhook } from './actions'

/** Where the audit log is sent to, and a form for another address. */
export default consolePage('read', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const webhooks = await listWebhooks(scope, management)
  return (
    <Page title={t('title')} lead={t('lead')}>
      {webhooks.length === 0 ? (
        <Empty title={t('empty')}>{t('emptyHint')}</Empty>
      ) : (
        <Table
          caption={t('title')}
          rows={webhooks}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => routes.webhook(scope.organization, id)}
          columns={[
            {
              title: t('url'),
              long: true,
              cell: ({ id, url }) => (
                <a href={routes.webhook(scope.organization, id)}>
                  <Clip>{url}</Clip>
                </a>
              ),
            },
            {
              title: t('sends'),
              long: true,
              cell: ({ actions }) => (
                <Clip>{actions.length === 0 ? t('everything') : actions.join(' ')}</Clip>
              ),
            },
            { title: t('state'), cell: (webhook) => <WebhookState webhook={webhook} t={t} /> },
          ]}
        />
      )}
      {scope.permissions.includes('configure') && (
        <Section title={t('new')}>
          <ActionForm
            action={addWebhook}
            organization={scope.organization}
            submit={t('create')}
            after={<SecretToCopy done={routes.webhooks(scope.organization)} language={language} />}
          >
            <WebhookFields t={t} />
          </ActionForm>
        </Section>
      )}
    </Page>
  )
})
