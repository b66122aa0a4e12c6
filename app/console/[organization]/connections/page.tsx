import { ProviderMark } from '@/components/console/connections/provider-mark'
import { Moment } from '@/components/ui/moment'
import { ButtonLink, Empty, Page } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { listConnections } from '@/lib/connections/connections'
import { findPreset, presetOf } from '@/lib/connections/presets'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { routes } from '@/lib/routes'
import { consolePage } from '../../console-page'

/** The identity providers of an organization. */
export default consolePage('read', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const connections = await listConnections(scope, management)
  const mayAdd = scope.permissions.includes('configure')
  const add = mayAdd && (
    <>
      <ButtonLink href={routes.setupLinks(scope.organization)} tone="plain">
        {t('setupLinks')}
      </ButtonLink>{' '}
      <ButtonLink href={routes.newConnection(scope.organization)}>{t('new')}</ButtonLink>
    </>
  )
  if (connections.length === 0)
    return (
      <Page title={t('title')} lead={t('lead')}>
        <Empty title={t('empty.title')} action={add}>
          {t('empty.text')}
        </Empty>
      </Page>
    )
  return (
    <Page title={t('title')} lead={t('lead')} actions={add}>
      <Table
        caption={t('title')}
        keyOf={({ id }) => id}
        hrefOf={({ slug }) => routes.connection(scope.organization, slug)}
        rows={connections}
        columns={[
          {
            title: t('column.name'),
            long: true,
            cell: ({ slug, name }) => (
              <a href={routes.connection(scope.organization, slug)}>
                <Clip>{name}</Clip>
              </a>
            ),
          },
          {
            title: t('column.provider'),
            cell: (connection) => (
              <span className="with-mark">
                <ProviderMark preset={presetOf(connection)} size={18} />
                {findPreset(presetOf(connection))?.name}
              </span>
            ),
          },
          {
            title: t('column.servers'),
            long: true,
            cell: ({ servers }) => (
              <Clip>
                {servers.length > 0 ? servers.map(({ name }) => name).join(', ') : t('servers.none')}
              </Clip>
            ),
          },
          {
            title: t('column.lastLogin'),
            cell: ({ lastLoginAt }) =>
              lastLoginAt ? <Moment at={lastLoginAt} language={language} /> : t('never'),
          },
        ]}
      />
    </Page>
  )
})
