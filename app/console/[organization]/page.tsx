import { consolePage } from '@/app/console/console-page'
import { FirstSteps } from '@/components/console/overview/first-steps'
import { Numbers } from '@/components/console/overview/numbers'
import { Choice } from '@/components/ui/filter-fields'
import { Page } from '@/components/ui/page'
import { listServers } from '@/lib/grants/list'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/overview'
import { PERIODS, readOverview } from '@/lib/organizations/overview'

/** An organization at a glance: what to do first, and then numbers. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const period = PERIODS.find((days) => String(days) === query.period) ?? PERIODS[0]
  const server = query.server || undefined
  const [servers, overview] = await Promise.all([
    listServers(scope, management),
    readOverview(scope, { period, server }, management),
  ])
  const { progress } = overview
  const isNew = !(progress.connection && progress.server && progress.login)
  const hasNumbers = progress.login || overview.failures.length > 0
  return (
    <Page
      title={scope.organizationName}
      lead={hasNumbers && t('lead', { days: overview.days.length })}
      actions={
        hasNumbers && (
          <form method="get" className="finder" aria-label={t('filter')}>
            <Choice
              name="period"
              label={t('period')}
              value={String(period)}
              options={PERIODS.map((days) => ({ value: String(days), label: t('days', { days }) }))}
            />
            {servers.length > 1 && (
              <Choice
                name="server"
                label={t('server')}
                value={server}
                options={[
                  { value: '', label: t('allServers') },
                  ...servers.map(({ slug, name }) => ({ value: slug, label: name })),
                ]}
              />
            )}
            <div className="finder-actions">
              <button type="submit" className="btn btn-plain">
                {t('show')}
              </button>
            </div>
          </form>
        )
      }
    >
      {isNew && <FirstSteps organization={scope.organization} progress={progress} t={t} />}
      {hasNumbers && <Numbers {...{ server, overview, t }} organization={scope.organization} />}
    </Page>
  )
})
