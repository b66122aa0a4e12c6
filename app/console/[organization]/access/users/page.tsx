import { UserTable } from '@/components/console/access/user-table'
import { listUsers } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { omitNullish } from '@/lib/omit-nullish'
import { consolePage } from '../../../console-page'
import { ListPage, searchIn } from '../list-page'

/** Users of the organization, to be searched. */
export default consolePage('read', async (context) => {
  const { scope, management, query, language } = context
  const t = translator(messages, language)
  const wishes = omitNullish({ text: searchIn(query), after: query.after || undefined })
  const { rows, next } = await listUsers(scope, wishes, management)
  const table = <UserTable organization={scope.organization} users={rows} t={t} />
  return <ListPage context={context} of="users" table={rows.length > 0 ? table : null} next={next} />
})
