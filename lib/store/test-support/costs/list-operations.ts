import type { Operation } from './stores'

const page = () => ({ now: new Date(), limit: 50 })

/** What pages of the console and lists of the API show. */
export const LIST_OPERATIONS: readonly Operation[] = [
  ['logins', (stores) => stores.pages.logins.list('o1', ['s1'], {}, page())],
  ['logins that failed', (stores) => stores.pages.logins.list('o1', ['s1'], { outcome: 'failed' }, page())],
  [
    'logins by reason',
    (stores) => stores.pages.logins.list('o1', ['s1'], { reason: 'upstream_denied' }, page()),
  ],
  ['logins of a client', (stores) => stores.pages.logins.list('o1', ['s1'], { client: 'client-7' }, page())],
  ['logins of a user', (stores) => stores.pages.logins.list('o1', ['s1'], { user: 'user77@' }, page())],
  ['a login', (stores, row) => stores.pages.logins.find('o1', `R${row}`)],
  ['grants', (stores) => stores.pages.grants.list('o1', { state: 'all' }, page())],
  ['revoked grants', (stores) => stores.pages.grants.list('o1', { state: 'revoked' }, page())],
  [
    'grants of a user',
    (stores, row) => stores.pages.grants.list('o1', { state: 'live', userId: `u${row}` }, page()),
  ],
  [
    'grants of a client',
    (stores, row) =>
      stores.pages.grants.list('o1', { state: 'live', serverId: 's1', clientRowId: `c${row}` }, page()),
  ],
  ['clients', (stores) => stores.pages.clients.listClients(['s1'], undefined, page())],
  ['clients by name', (stores) => stores.pages.clients.listClients(['s1'], 'Client 77', page())],
  ['users', (stores) => stores.pages.clients.listUsers('o1', undefined, page())],
  ['users by email', (stores) => stores.pages.clients.listUsers('o1', 'user77', page())],
  ['organizations', (stores) => stores.pages.organizations.list(50)],
  ['the audit log', (stores) => stores.pages.audit.find('o1', {}, 50)],
]
