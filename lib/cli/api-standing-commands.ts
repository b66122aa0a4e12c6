import { type ApiCommand, of } from './api-options'

const organization = '/organizations/{organization}'

/** Who may come, and who is kept out. */
export const STANDING_COMMANDS: readonly ApiCommand[] = [
  {
    ...of(
      'waiting-clients',
      'list',
      'GET',
      `${organization}/waiting-clients`,
      'lists those that wait, those that asked first at the top',
    ),
    columns: ['id', 'server', 'client_id', 'name', 'asked_at'],
  },
  of(
    'waiting-clients',
    'allow',
    'PUT',
    `${organization}/allowed-clients/{client}`,
    'lets one come, for all its users, by its id; blocked-clients add refuses it',
  ),
  of('users', 'export', 'GET', `${organization}/users/{user}`, 'writes everything that is kept about one'),
  of('users', 'erase', 'DELETE', `${organization}/users/{user}`, 'erases what is kept about one, for good'),
  {
    ...of(
      'users',
      'linked-logins',
      'GET',
      `${organization}/users/{user}/linked-logins`,
      'lists other logins that lead to one',
    ),
    columns: ['id', 'identity_source', 'subject', 'email', 'linked_at'],
  },
  of(
    'users',
    'unlink',
    'DELETE',
    `${organization}/users/{user}/linked-logins/{login}`,
    'makes a linked login a user of its own again, and ends what came by it',
  ),
  of(
    'retention-times',
    'get',
    'GET',
    `${organization}/retention`,
    'shows for how many days what is past is kept',
  ),
  {
    ...of('retention-times', 'put', 'PUT', `${organization}/retention`, 'sets that'),
    takesFile: true,
  },
  ...(['client', 'user'] as const).flatMap((kind) => {
    const path = `${organization}/blocked-${kind}s/{${kind}}`
    return [
      of(
        `blocked-${kind}s`,
        'get',
        'GET',
        path,
        'says since when one is kept out, by the id that grants have',
      ),
      of(`blocked-${kind}s`, 'add', 'PUT', path, 'keeps one out'),
      of(`blocked-${kind}s`, 'remove', 'DELETE', path, 'lets one in again'),
    ]
  }),
]
