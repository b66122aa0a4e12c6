import { FirstSteps } from '@/components/console/overview/first-steps'
import { Numbers } from '@/components/console/overview/numbers'
import { Page } from '@/components/console/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/overview'
import { readOverview } from '@/lib/organizations/overview'
import { consolePage } from '../console-page'

/** An organization at a glance: what to do first, and then numbers. */
export default consolePage('read', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const overview = await readOverview(scope, management)
  const { progress } = overview
  const isNew = !(progress.connection && progress.server && progress.login)
  const hasNumbers = progress.login || overview.failures.length > 0
  return (
    <Page title={scope.organizationName} lead={hasNumbers && t('lead', { days: overview.days.length })}>
      {isNew && <FirstSteps organization={scope.organization} progress={progress} t={t} />}
      {hasNumbers && <Numbers organization={scope.organization} overview={overview} t={t} />}
    </Page>
  )
})
