import { consolePage } from '@/app/console/console-page'
import { Badge, ButtonLink, Empty, Page } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import { routes } from '@/lib/routes'
import { listConnectionChoices, listServers } from '@/lib/servers/servers'

/** The protected MCP servers of an organization. */
export default consolePage('read', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const [servers, connections] = await Promise.all([
    listServers(scope, management),
    listConnectionChoices(scope, management),
  ])
  const mayChange = scope.permissions.includes('configure')
  const add = mayChange && (
    <ButtonLink href={routes.newServer(scope.organization)}>{t('list.new')}</ButtonLink>
  )
  if (servers.length === 0 && connections.length === 0)
    return (
      <Page title={t('list.title')}>
        <Empty
          title={t('list.connectionFirst')}
          action={
            mayChange && (
              <ButtonLink href={routes.connections(scope.organization)}>{t('list.toConnections')}</ButtonLink>
            )
          }
        >
          {t('list.connectionFirstHint')}
        </Empty>
      </Page>
    )
  if (servers.length === 0)
    return (
      <Page title={t('list.title')}>
        <Empty title={t('list.none')} action={add}>
          {t('list.noneHint')}
        </Empty>
      </Page>
    )
  return (
    <Page title={t('list.title')} lead={t('list.lead')} actions={add}>
      <Table
        caption={t('list.title')}
        keyOf={({ slug }) => slug}
        hrefOf={({ slug }) => routes.serverNextSteps(scope.organization, slug)}
        rows={servers}
        columns={[
          {
            title: t('list.name'),
            long: true,
            cell: ({ slug, name, default: isDefault }) => (
              <>
                <a href={routes.serverNextSteps(scope.organization, slug)}>
                  <Clip>{name}</Clip>
                </a>
                {isDefault && <Badge>{t('default')}</Badge>}
              </>
            ),
          },
          {
            title: t('list.url'),
            long: true,
            cell: ({ resource }) => (
              <code>
                <Clip>{resource}</Clip>
              </code>
            ),
          },
          {
            title: t('list.connection'),
            long: true,
            cell: ({ connection }) => <Clip>{connection.name}</Clip>,
          },
          { title: t('list.grants'), isNumber: true, cell: ({ liveGrants }) => liveGrants },
        ]}
      />
    </Page>
  )
})
