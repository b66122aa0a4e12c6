import { TestButton, TestReport } from '@/components/console/connections/test-report'
import { RefreshWhile } from '@/components/refresh'
import { Page } from '@/components/ui/page'
import { findConnection } from '@/lib/connections/connections'
import { findConnectionTest } from '@/lib/connections/run-test'
import { formatInstant, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../../console-page'

/** How a test of a connection went, step by step. Refreshes itself while the test is under way. */
export default consolePage('read', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const connection = await findConnection(scope, params.connection ?? '', management)
  const test = await findConnectionTest(scope, connection.slug, params.test ?? '', management)
  const at = routes.connection(scope.organization, connection.slug)
  const again = scope.permissions.includes('configure') && <TestButton at={at} again t={t} />
  const addServer = routes.newServer(scope.organization, { connection: connection.slug })
  const when = formatInstant(test.createdAt, language)
  return (
    <Page
      title={t('test.report')}
      lead={t('test.by', { name: test.operatorName, at: when })}
      up={{ href: at, label: connection.name }}
      actions={again}
    >
      <TestReport
        test={test}
        connection={connection}
        language={language}
        addServer={connection.servers.length === 0 ? addServer : undefined}
        t={t}
      />
      {test.outcome === 'running' && <RefreshWhile />}
    </Page>
  )
})
