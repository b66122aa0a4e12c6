import { GrantFacts } from '@/components/console/access/grant-facts'
import { GrantBadge } from '@/components/console/access/grant-table'
import { ActionButton } from '@/components/ui/action-form'
import { Callout, Page, Section } from '@/components/ui/page'
import { findGrant } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../console-page'
import { endGrant } from '../../actions'

/** One grant, and the button that ends it. */
export default consolePage('read', async ({ scope, management, params, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const grant = await findGrant(scope, params.id ?? '', management)
  const minutes = Math.ceil(grant.accessTokenLifetime / 60)
  const livesOn = grant.tokenFormat === 'jwt' ? t('offline', { minutes }) : t('opaque')
  return (
    <Page
      title={t('grantTitle')}
      lead={
        <bdi>{`${grant.userEmail ?? grant.userName ?? grant.userId ?? t('noUser')} · ${grant.clientName ?? grant.clientId}`}</bdi>
      }
      up={{ href: routes.grants(organization), label: t('title') }}
      actions={<GrantBadge grant={grant} t={t} />}
    >
      {query.ended && grant.revokedAt && (
        <Callout tone="good" title={t('endedOne')}>
          {livesOn}
        </Callout>
      )}
      <Section title={t('facts')}>
        <GrantFacts organization={organization} grant={grant} t={t} />
      </Section>
      {!grant.revokedAt && scope.permissions.includes('revoke') && (
        <Section title={t('actions')} lead={livesOn}>
          <div className="in-line">
            <ActionButton
              action={endGrant}
              organization={organization}
              fields={{ id: grant.id }}
              tone="danger"
              confirm={t('endSure')}
            >
              {t('end')}
            </ActionButton>
          </div>
        </Section>
      )}
    </Page>
  )
})
