import { type SQL, sql } from 'drizzle-orm'
import { provisionedUsers } from '@/drizzle/schema/provisioning'
import type { Identity } from '@/lib/oauth/model'
import { issuersOf } from '@/lib/oauth/protocol/issuers'
import { storable } from '@/lib/store/database/storable'

/** Entra's own name for a user: the same for all clients, which its subjects are not. */
export const objectIdOf = ({ claims: { oid } }: Pick<Identity, 'claims'>): string | null =>
  typeof oid === 'string' && oid !== '' ? oid : null

/**
 * Whether the identity provider has provisioned this user as one who is not active, or was deleted: a condition for a
 * statement of the login's transaction after the one that holds the connection's row. Decision 0086.
 */
export function isKeptOut(
  { id, settings }: { readonly id: string; readonly settings: Readonly<Record<string, unknown>> },
  identity: Identity,
): SQL<boolean> {
  const rows = provisionedAs({ id, settings }, identity)
  if (!rows) return sql<boolean>`false`
  const known = sql`select from ${rows}`
  return sql<boolean>`(exists (${known} and not known.active) and not exists (${known} and known.active))`
}

/** Whether users of this identity source log in through a connection with these settings. */
export function namesUsers(
  { issuer, allowedTenants }: Readonly<Record<string, unknown>>,
  identitySource: string,
): boolean {
  const tenants = Array.isArray(allowedTenants) ? { allowedTenants: allowedTenants.map(String) } : {}
  return typeof issuer === 'string' && issuersOf({ issuer, ...tenants }).includes(identitySource)
}

/** The rows of a user at a connection, as `known`, for a `from`; undefined where nothing can name them. */
export function provisionedAs(
  { id, settings }: { readonly id: string; readonly settings: Readonly<Record<string, unknown>> },
  identity: Identity,
): SQL | undefined {
  const fits = matching(settings.scimMatch, storable(identity))
  return fits && sql`${provisionedUsers} as known where known.connection_id = ${id} and ${fits}`
}

function matching(match: unknown, identity: Identity): SQL | undefined {
  const { subject, email, emailVerified } = identity
  if (match === 'user_name') return sql`known.user_name = ${subject}`
  if (match === 'email')
    return email !== undefined && emailVerified === true
      ? sql`known.email = ${email.toLowerCase()}`
      : undefined
  const objectId = objectIdOf(identity)
  return objectId === null ? sql`known.account = ${subject}` : sql`known.account in (${subject}, ${objectId})`
}

/**
 * The users of a connection, by the column of `users` that says who vouches for them: not those of another issuer, which
 * may have given the same subject to somebody else.
 */
export const isUserOf = (connection: string, person: string): string =>
  `(${person}.identity_source = 'connection:' || ${connection}.id
    or ${person}.identity_source = ${connection}.settings ->> 'issuer' and ${connection}.settings -> 'allowedTenants' is null
    or ${person}.identity_source in (select replace(${connection}.settings ->> 'issuer', '{tenantid}', tenant)
      from jsonb_array_elements_text(${connection}.settings -> 'allowedTenants') as tenant))`
