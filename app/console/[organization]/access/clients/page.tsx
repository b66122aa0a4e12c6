import { AccessTabs } from '@/components/console/access/access-tabs'
import { ClientTable } from '@/components/console/access/client-table'
import { Choice, Older, TextFilter } from '@/components/console/filter-fields'
import { Empty, Page } from '@/components/console/page'
import { listClients, listServers } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { consolePage } from '../../../console-page'

/** Clients of all servers, to be searched. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const text = query.q?.replaceAll('\0', '').trim()
  const { server, after } = query
  const wishes = { ...(text && { text }), ...(server && { server }), ...(after && { after }) }
  const [servers, { rows, next }] = await Promise.all([
    listServers(scope, management),
    listClients(scope, wishes, management),
  ])
  const any = { value: '', label: t('any') }
  return (
    <Page title={t('title')} lead={`${t('lead')} ${t('time')}`}>
      <AccessTabs organization={organization} current="clients" t={t} />
      <form method="get" className="finder" aria-label={t('find')}>
        <TextFilter name="q" label={t('searchClient')} hint={t('searchClientHint')} value={text} />
        <Choice
          name="server"
          label={t('server')}
          value={server}
          options={[any, ...servers.map(({ slug, name }) => ({ value: slug, label: name }))]}
        />
        <div className="finder-actions">
          <button type="submit" className="btn btn-primary">
            {t('find')}
          </button>
        </div>
      </form>
      {rows.length > 0 ? (
        <ClientTable organization={organization} clients={rows} t={t} />
      ) : (
        <Empty title={text ? t('noneFound') : t('none')}>{text ? t('noneFoundHint') : t('noneHint')}</Empty>
      )}
      <Older query={query} next={next} label={t('more')} />
    </Page>
  )
})
