import type { ProvisionedUser, StoredUser, UserFilter } from '@/lib/store/provisioning/users'
import { byName, type Equality, unsupported } from './filter'
import { isObject, keyOf, type Members } from './patch'
import { invalidValue } from './scim-error'

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** Bytes of what a provider says of a user, and of a change of it. */
export const MAX_USER = 64 * 1024

/** Characters of a name: an email address has 254 at most. */
const MAX_NAME = 320

/** Kept in columns of their own, ours to say, or never kept. */
const NOT_KEPT = ['schemas', 'id', 'meta', 'groups', 'username', 'externalid', 'active', 'password']

/**
 * What a resource says of a user (RFC 7643 §4.1). A password is not kept.
 *
 * @param before whose `active` stays where the resource does not name it: leaving it out lets nobody in again
 * @throws ScimError `invalidValue`
 */
export function readUser(resource: unknown, before?: Pick<ProvisionedUser, 'active'>): ProvisionedUser {
  if (!isObject(resource)) throw invalidValue('a user is a JSON object')
  const member = (name: string) => single(resource[keyOf(resource, name)])
  const userName = nameIn(member('userName'), 'userName')
  if (userName === null) throw invalidValue('userName is missing')
  const externalId = nameIn(member('externalId'), 'externalId')
  const attributes = Object.fromEntries(
    Object.entries(resource).filter(([name]) => !NOT_KEPT.includes(name.toLowerCase())),
  )
  if (Buffer.byteLength(JSON.stringify(attributes)) > MAX_USER)
    throw invalidValue(`a user has ${MAX_USER / 1024} KiB at most`)
  return {
    userName,
    externalId,
    account: externalId ?? userName,
    email: emailIn(attributes) ?? (userName.includes('@') ? userName.toLowerCase() : null),
    active: activeIn(member('active'), before?.active ?? true),
    attributes,
  }
}

/** A user as the provider reads it. @param base of our addresses */
export function userResource(
  { id, userName, externalId, active, attributes, ...row }: StoredUser,
  base: string,
) {
  const extensions = Object.keys(attributes).filter((name) => name.toLowerCase().startsWith('urn:'))
  return {
    schemas: [USER, ...extensions],
    id,
    ...(externalId !== null && { externalId }),
    userName,
    ...attributes,
    active,
    meta: {
      resourceType: 'User',
      created: row.createdAt.toISOString(),
      lastModified: row.updatedAt.toISOString(),
      location: `${base}/Users/${id}`,
    },
  }
}

/** The same as it is changed by operations: under the names of its schema. */
export const patchable = ({ userName, externalId, active, attributes }: ProvisionedUser): Members => ({
  ...attributes,
  userName,
  ...(externalId !== null && { externalId }),
  active,
})

const FILTERS: Readonly<Record<string, Exclude<keyof UserFilter, 'active'>>> = {
  username: 'userName',
  externalid: 'externalId',
  id: 'id',
  emails: 'email',
  'emails.value': 'email',
}

/** @throws ScimError `invalidFilter` */
export function userFilter(conditions: readonly Equality[]): UserFilter {
  const { active, ...names } = Object.fromEntries(
    byName(
      conditions.map(({ attribute, value }) => {
        const name = attribute === 'active' ? attribute : FILTERS[attribute]
        if (!name) throw unsupported()
        return [name, String(value)]
      }),
    ),
  )
  return { ...names, ...(active !== undefined && { active: active.toLowerCase() === 'true' }) }
}

/** Entra may send a single value as a list of one. */
function single(value: unknown): unknown {
  const item: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return isObject(item) && 'value' in item ? item.value : item
}

/** @throws ScimError `invalidValue` */
export function nameIn(value: unknown, name: string): string | null {
  if (value === undefined || value === null || value === '') return null
  if (
    typeof value !== 'string' ||
    value.trim() === '' ||
    value.length > MAX_NAME ||
    /[\p{Cc}\p{Cs}]/u.test(value)
  )
    throw invalidValue(`${name} must be a text of up to ${MAX_NAME} characters`)
  return value
}

/** Entra sends the boolean as a string. */
function activeIn(value: unknown, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise
  const said = String(value).toLowerCase()
  if (said !== 'true' && said !== 'false') throw invalidValue('active must be true or false')
  return said === 'true'
}

/** The primary one, that for work, or the first. */
function emailIn(attributes: Members): string | null {
  const list: unknown = attributes[keyOf(attributes, 'emails')]
  const emails = (Array.isArray(list) ? list : []).filter(isObject)
  const best =
    emails.find(({ primary }) => String(primary).toLowerCase() === 'true') ??
    emails.find(({ type }) => type === 'work') ??
    emails[0]
  const value = best?.value
  return typeof value === 'string' && value.includes('@') && value.length <= MAX_NAME
    ? value.toLowerCase()
    : null
}
