import { consolePage } from '@/app/console/console-page'
import { EndingTable } from '@/components/console/members/ending-table'
import { KnownSecretTable } from '@/components/console/members/known-secret-table'
import { ActionForm } from '@/components/ui/action-form'
import { Callout, Page, Section } from '@/components/ui/page'
import { readDescent } from '@/lib/members/members'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'
import { remove } from '../actions'

/** What ends with a member, what does not, and the question. */
export default consolePage('manage_members', async ({ scope, management, params, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const operatorId = params.member ?? ''
  const { email, knownSecrets, ...descent } = await readDescent(scope, operatorId, management)
  const up = { href: routes.members(organization), label: t('members.title') }
  return (
    <Page title={t('members.removeTitle', { email })} up={up}>
      <Section title={t('members.ends')} lead={t('members.endsLead', { email })}>
        <EndingTable descent={descent} language={language} />
      </Section>
      {knownSecrets.length > 0 && (
        <Section title={t('members.known')} lead={t('members.knownLead', { email })}>
          <KnownSecretTable secrets={knownSecrets} organization={organization} language={language} />
        </Section>
      )}
      <Callout tone="warning">
        <p>{t('members.removeConfirm', { email })}</p>
      </Callout>
      <ActionForm
        action={remove}
        organization={organization}
        fields={{ operatorId }}
        submit={t('members.remove')}
        tone="danger"
      />
    </Page>
  )
})
