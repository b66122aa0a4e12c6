import { LoginFacts } from '@/components/console/logins/login-facts'
import { OutcomeBadge } from '@/components/console/logins/outcome-badge'
import { Timeline } from '@/components/console/logins/timeline'
import { RefreshWhile } from '@/components/refresh'
import { Callout, Page, Section } from '@/components/ui/page'
import { findLogin } from '@/lib/logins/logins'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/logins'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../console-page'

/** One login, step by step; also while it happens. */
export default consolePage('read', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const login = await findLogin(scope, params.reference ?? '', management)
  const up = { href: routes.logins(scope.organization), label: t('title') }
  return (
    <Page
      title={t('loginTitle', { reference: login.reference })}
      up={up}
      actions={<OutcomeBadge outcome={login.outcome} t={t} />}
    >
      {login.outcome === 'running' && (
        <Callout tone="warning">
          <p aria-live="polite">{t('running')}</p>
          <a href={routes.login(scope.organization, login.reference)}>{t('refresh')}</a>
          <RefreshWhile />
        </Callout>
      )}
      {login.outcome === 'abandoned' && !login.failure && <Callout>{t('expired')}</Callout>}
      <Section title={t('timeline')}>
        <Timeline events={login.timeline} language={language} t={t} />
      </Section>
      <Section title={t('who')}>
        <LoginFacts organization={scope.organization} login={login} t={t} />
      </Section>
    </Page>
  )
})
