/**
 * Settings as configuration files and the API have them: in wire names, without what is empty. Their versions prevent lost
 * updates: who changes something says what they had read. Decision 0083.
 */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Expected, OrganizationScope } from '@/lib/access'
import { omitNullish } from '@/lib/omit-nullish'
import { canonical, isEmpty } from './changes'
import { Outdated } from './mistakes'
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
import { entriesOf, type Json, toWire } from './schema/wire'

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

/** In wire names, without secrets. */
export type Entry = { readonly [name: string]: Json | undefined }

/** @param fields those that count; all when absent */
export function versionOf(entry: Entry, fields?: readonly string[]): string {
  const counted = Object.entries(entry).filter(
    ([name, value]) => value !== undefined && (!fields || fields.includes(name)),
  )
  const text = canonical(Object.fromEntries(counted)) ?? ''
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** What a form sends back: which fields it has, and what these were. */
export const formVersion = (entry: Entry, fields: readonly string[] = []): string =>
  `${fields.join(' ')}|${versionOf(entry, fields.length > 0 ? fields : undefined)}`

/** What the form was made for; undefined where it says nothing. */
export function expectedByForm(version: string): Expected | undefined {
  const [, names = '', hash] = /^([a-z_ ]*)\|([\w-]+)$/.exec(version) ?? []
  if (hash === undefined) return undefined
  const fields = names.split(' ').filter(Boolean)
  return { versions: [hash], isForm: true, ...(fields.length > 0 && { fields }) }
}

/** `If-Match` (RFC 9110 §13.1.1); a weak tag matches nothing. */
export function expectedByHeader(header: string | null): Expected | undefined {
  if (header === null) return undefined
  if (header.trim() === '*') return { versions: 'any' }
  const tags = [...header.matchAll(/(W\/)?"([^"]*)"/g)]
  return { versions: tags.flatMap(([, weak, tag]) => (weak === undefined && tag !== undefined ? [tag] : [])) }
}

/**
 * Refuses a change of what is no longer as the actor has seen it. Belongs into the transaction that writes.
 *
 * @param stored absent when there is none
 * @param wanted what the change leads to; absent for a deletion
 * @throws Outdated naming the fields that would be overwritten, each with what is stored
 */
export function refuseOutdated(
  { expected }: Pick<OrganizationScope, 'expected'>,
  stored: Entry | undefined,
  wanted: Entry = {},
): void {
  if (!expected) return
  const { versions, fields, isForm } = expected
  const version = stored && versionOf(stored, fields)
  if (version !== undefined && (versions === 'any' || versions.includes(version))) return
  const names = [...new Set([...Object.keys(stored ?? {}), ...Object.keys(wanted)])]
  const changed = names
    .filter((name) => !(KEPT.includes(name) && wanted[name] === undefined))
    .filter((name) => !fields || fields.includes(name))
    .filter((name) => canonical(stored?.[name]) !== canonical(wanted[name]))
    .map((name) => {
      const value = shown(stored?.[name])
      const wrong =
        value === ''
          ? ({ code: 'removed_meanwhile' } as const)
          : ({ code: 'changed_meanwhile', params: { stored: value } } as const)
      return { path: [name], ...wrong }
    })
  // Who wants what is stored loses nothing.
  if (isForm && changed.length === 0) return
  throw new Outdated(changed, version)
}

/** Names that stay where a change does not say them. */
const KEPT = ['slug', 'id', 'client_id']

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return value === undefined ? '' : String(value)
}
