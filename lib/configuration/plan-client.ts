import type { ClientRow, ServerRow } from '@/lib/store/configuration/configuration'
import { type Fields, hidden } from './differences'
import { complain, type Draft, propose } from './draft'
import type { ClientEntry } from './file'
import type { Path } from './mistakes'

/** Plans one pre-registered client. */
export function planClient(
  draft: Draft,
  server: Pick<ServerRow, 'id' | 'name'>,
  entry: ClientEntry,
  path: Path,
): void {
  const existing = draft.stored.clients.find(
    ({ serverId, clientId }) => serverId === server.id && clientId === entry.clientId,
  )
  if (existing?.kind === 'registered') {
    complain(draft, [...path, 'client_id'], 'a client that registered itself has this id: choose another')
    return
  }
  const { clientSecret, ...rest } = entry
  const client: ClientRow = {
    ...rest,
    id: existing?.id ?? draft.context.newId(),
    serverId: server.id,
    kind: 'preregistered',
    ...(clientSecret !== undefined && { secretHash: clientSecret }),
  }
  propose(draft, 'clients', client, {
    kind: 'client',
    name: `${server.name}/${entry.clientId}`,
    before: existing && clientFields(existing),
    after: clientFields(client),
  })
}

/** What an operator sees and sets of a client, besides its id. */
export function clientFields(client: ClientRow): Fields {
  const { name, redirectUris, tokenEndpointAuthMethod, grantTypes, scope, secretHash, jwks, jwksUri } = client
  return {
    name,
    redirectUris,
    tokenEndpointAuthMethod,
    clientSecret: hidden(secretHash),
    jwks,
    jwksUri,
    grantTypes,
    scope: scope?.join(' '),
  }
}
