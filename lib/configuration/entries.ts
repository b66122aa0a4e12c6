/** Settings as configuration files and the API have them: in wire names, without what is empty. */
import type { z } from 'zod'
import { omitNullish } from '@/lib/omit-nullish'
import { isEmpty } from './differences'
import { inOrder } from './schema/read'
import {
  type AnyConnection,
  CLIENT,
  type ClientInput,
  type ClientSettings,
  CONNECTION,
  type ConnectionInput,
  SERVER,
  type ServerInput,
  type ServerSettings,
} from './schema/settings'
import { entriesOf, toWire } from './schema/wire'

/** @param secret what stands in place of the secret, where there is one */
export function connectionEntry(connection: AnyConnection | ConnectionInput, secret?: string) {
  // An empty list of scopes says something: without it the default would count. Lists and mappings come last.
  const { authorization_parameters, scopes, ...entry } = entryOf(CONNECTION, connection, secret, 'scopes')
  return { ...entry, ...omitNullish({ authorization_parameters, scopes }) }
}

/** Without its clients. */
export function serverEntry(server: Omit<ServerSettings | ServerInput, 'clients'>, secret?: string) {
  return entryOf(SERVER, { ...server, clients: [] }, secret)
}

export function clientEntry(client: ClientSettings | ClientInput, secret?: string) {
  return entryOf(CLIENT, client, secret)
}

function entryOf<Settings>(schema: z.ZodType, settings: Settings, secret: string | undefined, kept?: string) {
  const members = entriesOf(toWire(schema, inOrder<Settings>(schema, settings), () => secret) ?? null) ?? []
  const shown = members.filter(([key, value]) => key === kept || !isEmpty(value))
  // Of the many servers one is the default: the others do not say that they are not.
  return Object.fromEntries(shown.filter(([key, value]) => key !== 'default' || value === true))
}
