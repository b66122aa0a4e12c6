import { consoleRoute } from '@/app/console/console-route'
import { eventStream } from '@/app/console/event-stream'
import { loginTail } from '@/lib/logins/tail'
import { wishesIn } from '../wishes'

/** Logins as they happen, as server-sent events. Decision 0112. */
export const GET = consoleRoute('read', ({ scopeNow, management, query, ...visit }) => {
  const look = loginTail(wishesIn(Object.fromEntries(query)), management)
  return eventStream('login', visit, async () => {
    const scope = await scopeNow()
    return scope && look(scope)
  })
})
