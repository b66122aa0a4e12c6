import { Moment } from '@/components/ui/moment'
import { findClient } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { consolePage } from '../../../../console-page'
import { blockClient, endGrantsOfClient } from '../../actions'
import { holderPage } from '../../holder-page'

/** One client of one server: its grants, and how to block it. */
export default consolePage('read', async (context) => {
  const t = translator(messages, context.language)
  const client = await findClient(context.scope, context.params.id ?? '', context.management)
  const { id, clientId, name, grants, blockedAt, kind } = client
  return holderPage(context, {
    kind: 'client',
    id,
    title: name ?? clientId,
    facts: [
      [t('clientId'), <code key="id">{clientId}</code>],
      [t('known'), t(`clientKind.${kind}`)],
      [t('server'), client.serverName],
      [t('registered'), <Moment key="since" at={client.createdAt} language={t.language} />],
    ],
    grants,
    blockedAt,
    logins: { client: clientId },
    block: blockClient,
    end: endGrantsOfClient,
    note: kind === 'registered' ? t('registersAnew') : undefined,
  })
})
