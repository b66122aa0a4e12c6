import { ClientTable } from '@/components/console/access/client-table'
import { Choice } from '@/components/ui/filter-fields'
import { listClients, listServers } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { omitNullish } from '@/lib/omit-nullish'
import { consolePage } from '../../../console-page'
import { ListPage, searchIn } from '../list-page'

/** Clients of all servers, to be searched. */
export default consolePage('read', async (context) => {
  const { scope, management, query, language } = context
  const { organization } = scope
  const t = translator(messages, language)
  const server = query.server || undefined
  const wishes = omitNullish({ text: searchIn(query), server, after: query.after || undefined })
  const [servers, { rows, next }] = await Promise.all([
    listServers(scope, management),
    listClients(scope, wishes, management),
  ])
  const any = { value: '', label: t('any') }
  const choices = servers.map(({ slug, name }) => ({ value: slug, label: name }))
  return (
    <ListPage
      context={context}
      of="clients"
      filters={<Choice name="server" label={t('server')} value={server} options={[any, ...choices]} />}
      table={rows.length > 0 ? <ClientTable organization={organization} clients={rows} t={t} /> : null}
      next={next}
    />
  )
})
