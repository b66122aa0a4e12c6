import { consolePage } from '@/app/console/console-page'
import { Report } from '@/components/console/doctor/report'
import { ActionForm } from '@/components/ui/action-form'
import { Callout, Page } from '@/components/ui/page'
import { requireServer } from '@/lib/diagnostics/examination'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/doctor'
import { routes } from '@/lib/routes'
import { examineServer } from './actions'

/** Sends no request before the operator presses the button. */
export default consolePage('configure', async ({ scope, management, params, language }) => {
  const server = await requireServer(scope, params.server ?? '', management)
  const t = translator(messages, language)
  const here = routes.server(scope.organization, server.slug)
  return (
    <Page
      title={t('title')}
      lead={t('lead', { server: server.name })}
      up={{ href: here, label: t('back', { server: server.name }) }}
    >
      <ActionForm
        action={examineServer}
        organization={scope.organization}
        fields={{ server: server.slug }}
        submit={t('examine')}
        after={<Report language={language} again={routes.serverDoctor(scope.organization, server.slug)} />}
      >
        <Callout>
          <p>{t('hint')}</p>
        </Callout>
      </ActionForm>
    </Page>
  )
})
