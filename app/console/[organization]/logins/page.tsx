import { redirect } from 'next/navigation'
import { LiveTail } from '@/components/console/logins/live-tail'
import { LoginFilter } from '@/components/console/logins/login-filter'
import { LoginTable } from '@/components/console/logins/login-table'
import { Older } from '@/components/ui/filter-fields'
import { Callout, Empty, Page } from '@/components/ui/page'
import { QuickSearch } from '@/components/ui/quick-search'
import { NotFound } from '@/lib/access'
import { listServers } from '@/lib/grants/list'
import { findLogin, listLogins, OUTCOMES, REASONS } from '@/lib/logins/logins'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/logins'
import { nextAlone } from '@/lib/next-alone'
import { routes } from '@/lib/routes'
import { consolePage } from '../../console-page'
import { wishesIn } from './wishes'

/** Why did it fail: every login, to be searched. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const { reference } = query
  if (reference) {
    const found = await findLogin(scope, reference, management).catch(unlessNotFound)
    if (found) redirect(routes.login(scope.organization, found.reference))
  }
  const wishes = wishesIn(query)
  const { after } = query
  const [servers, { rows, next }] = await Promise.all([
    listServers(scope, management),
    listLogins(scope, { ...wishes, ...(after && { after }) }, management),
  ])
  const isSearch = Object.keys(wishes).length > 0
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <QuickSearch
          name="reference"
          label={t('reference')}
          placeholder={t('referenceHint')}
          value={reference}
          submit={t('open')}
        />
      }
    >
      {reference && <Callout tone="warning">{t('notFound', { reference: reference.slice(0, 40) })}</Callout>}
      <LoginFilter
        query={query}
        servers={servers}
        outcomes={OUTCOMES}
        reasons={REASONS}
        {...{ isSearch, t }}
      />
      {!after && nextAlone() && <p className="muted">{t('live.notHere')}</p>}
      {!after && !nextAlone() && (
        <LiveTail
          at={routes.loginTail(scope.organization, wishes)}
          start={t('live')}
          pause={t('live.pause')}
          running={t('live.running')}
          failed={t('live.failed')}
        />
      )}
      {rows.length > 0 ? (
        <LoginTable organization={scope.organization} logins={rows} t={t} />
      ) : (
        <Empty title={isSearch ? t('noneFound') : t('none')}>
          {isSearch ? t('noneFoundHint') : t('noneHint')}
        </Empty>
      )}
      <Older query={{ ...query, reference: undefined }} next={next} label={t('next')} />
    </Page>
  )
})

function unlessNotFound(error: unknown): null {
  if (error instanceof NotFound) return null
  throw error
}
