import { ActionButton } from '@/components/ui/action-form'
import { Moment } from '@/components/ui/moment'
import { ButtonLink, Section } from '@/components/ui/page'
import { findUser } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../console-page'
import { blockUser, endGrantsOfUser, erase } from '../../actions'
import { holderPage } from '../../holder-page'

/** One user: their grants, and how to block them. */
export default consolePage('read', async (context) => {
  const t = translator(messages, context.language)
  const user = await findUser(context.scope, context.params.id ?? '', context.management)
  const { id, email, name, subject, grants, blockedAt } = user
  const { organization, permissions } = context.scope
  return holderPage(context, {
    kind: 'user',
    id,
    title: email ?? name ?? subject,
    facts: [
      [t('userId'), <code key="id">{id}</code>],
      [t('source'), <bdi key="source">{user.identitySource}</bdi>],
      [t('subject'), <bdi key="subject">{subject}</bdi>],
      [t('lastLogin'), <Moment key="last" at={user.lastLoginAt} language={t.language} />],
    ],
    grants,
    blockedAt,
    logins: { user: id },
    block: blockUser,
    end: endGrantsOfUser,
    ...(permissions.includes('manage_members') && {
      below: (
        <Section title={t('personalData')} lead={t('personalDataLead')}>
          <div className="in-line">
            <ButtonLink href={routes.userData(organization, id)} tone="plain">
              {t('exportUser')}
            </ButtonLink>
            <ActionButton
              action={erase}
              organization={organization}
              fields={{ id }}
              tone="danger"
              confirm={t('eraseUserSure')}
            >
              {t('eraseUser')}
            </ActionButton>
          </div>
        </Section>
      ),
    }),
  })
})
