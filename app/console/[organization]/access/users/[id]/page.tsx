import { LinkedLogins } from '@/components/console/access/linked-logins'
import { ActionButton } from '@/components/ui/action-form'
import { Moment } from '@/components/ui/moment'
import { ButtonLink, Callout, Section } from '@/components/ui/page'
import { listLinkedLogins } from '@/lib/grants/linked-logins'
import { findUser } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../console-page'
import { blockUser, endGrantsOfUser, erase, unlink } from '../../actions'
import { holderPage } from '../../holder-page'

/** One user: their grants and linked logins, and how to block them. */
export default consolePage('read', async (context) => {
  const t = translator(messages, context.language)
  const user = await findUser(context.scope, context.params.id ?? '', context.management)
  const { id, email, name, subject, grants, blockedAt } = user
  const logins = await listLinkedLogins(context.scope, id, context.management)
  const { organization, permissions } = context.scope
  const { unlinked } = context.query
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
    notice: unlinked && /^\d{1,9}$/.test(unlinked) && (
      <Callout tone="good" title={t('unlinked', { count: unlinked })}>
        {t('whatEndsLead')}
      </Callout>
    ),
    below: (
      <LinkedLogins
        {...{ organization, logins, t }}
        user={id}
        {...(permissions.includes('revoke') && { unlink })}
      />
    ),
    last: permissions.includes('manage_members') && (
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
  })
})
