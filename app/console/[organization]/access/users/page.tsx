import { AccessTabs } from '@/components/console/access/access-tabs'
import { UserTable } from '@/components/console/access/user-table'
import { Older, TextFilter } from '@/components/console/filter-fields'
import { Empty, Page } from '@/components/console/page'
import { listUsers } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { consolePage } from '../../../console-page'

/** Users of the organization, to be searched. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const text = query.q?.replaceAll('\0', '').trim()
  const wishes = { ...(text && { text }), ...(query.after && { after: query.after }) }
  const { rows, next } = await listUsers(scope, wishes, management)
  return (
    <Page title={t('title')} lead={`${t('lead')} ${t('time')}`}>
      <AccessTabs organization={organization} current="users" t={t} />
      <form method="get" className="finder" aria-label={t('find')}>
        <TextFilter name="q" label={t('searchUser')} hint={t('searchUserHint')} value={text} />
        <div className="finder-actions">
          <button type="submit" className="btn btn-primary">
            {t('find')}
          </button>
        </div>
      </form>
      {rows.length > 0 ? (
        <UserTable organization={organization} users={rows} t={t} />
      ) : (
        <Empty title={text ? t('noneFound') : t('none')}>{text ? t('noneFoundHint') : t('noneHint')}</Empty>
      )}
      <Older query={query} next={next} label={t('more')} />
    </Page>
  )
})
