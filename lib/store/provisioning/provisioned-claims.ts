/** What SCIM says of a user for access rules, as SQL: the claim `groups`. Decision 0129. */
import type { Claims, Identity } from '@/lib/oauth/model'
import type { Provisioned } from '@/lib/oauth/ports/provisioned'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { statement } from '@/lib/store/database/statement'
import { storable } from '@/lib/store/database/storable'
import { isUserOf, objectIdOf } from '@/lib/store/departures/kept-out'

/** As at logins: `scim_match` says which name counts. */
const provisionedUsersOf = (connection: string, person: string): string => {
  const known = (match: string, fits: string) => `
    select known.id from provisioned_users as known
    where known.connection_id = ${connection}.id and known.active and known.deleted_at is null and ${fits}
      and coalesce(${connection}.settings ->> 'scimMatch', 'external_id') = '${match}'`
  return [
    known('external_id', `known.account in (${person}.subject, ${person}.object_id)`),
    known('user_name', `known.user_name = ${person}.subject`),
    known('email', `known.email = lower(${person}.email) and ${person}.email_verified`),
  ].join(' union all ')
}

/**
 * What SCIM says of a user, whatever the connection says. A user who is not provisioned has no groups, which is null, and
 * not the empty list of one who is in none.
 *
 * @param person what has the columns of `users`
 */
export const claimsFor = (connection: string, person: string): string => `
  select jsonb_build_object('groups', (
    select coalesce(jsonb_agg(distinct its_group.display_name) filter (where its_group.id is not null), '[]'::jsonb)
    from (${provisionedUsersOf(connection, person)}) as of_user
    left join provisioned_members as membership on membership.user_id = of_user.id
    left join provisioned_groups as its_group on its_group.id = membership.group_id
    having count(of_user.id) > 0
  ))`

/** Whether the groups of a connection's users are those of SCIM. */
export const saysGroups = (connection: string): string =>
  `${connection}.settings -> 'scimGroups' = 'true'::jsonb`

/**
 * An expression for a statement that has a grant: what SCIM says of its user now, or null where the connection of its
 * server lets tokens say it.
 *
 * @param grant name of the table
 * @param assumed whatever the connection says
 */
export const provisionedClaims = (grant: string, assumed = false): string => `(
  ${claimsFor('linked', 'person')}
  from servers as its_server
  join connections as linked on linked.id = its_server.connection_id and ${assumed ? 'true' : saysGroups('linked')}
  join users as person on person.id = coalesce(${grant}.identity_id, ${grant}.user_id)
  where its_server.id = ${grant}.server_id and ${isUserOf('linked', 'person')})`

type Values = {
  readonly connectionId: string
  readonly identitySource: string
  readonly subject: string
  readonly objectId: string | undefined
  readonly email: string | undefined
  readonly emailVerified: string
}

const ofIdentity = statement<Values, { readonly claims: Claims }>(
  (value) => `
    select (${claimsFor('linked', 'person')}) as claims
    from connections as linked
    cross join (select ${value('identitySource')}::text as identity_source, ${value('subject')}::text as subject,
      ${value('objectId')}::text as object_id, ${value('email')}::text as email,
      ${value('emailVerified')}::text::boolean as email_verified) as person
    where linked.id = ${value('connectionId')} and ${saysGroups('linked')} and ${isUserOf('linked', 'person')}`,
)

/** What is provisioned, in Postgres. */
export function provisionedStore(db: Database): Provisioned {
  return guarded({
    async claimsOf(connectionId: string, identity: Identity) {
      const { identitySource, subject, email, emailVerified } = storable(identity)
      const [row] = await ofIdentity(db, {
        connectionId,
        identitySource,
        subject,
        objectId: storable(objectIdOf(identity)) ?? undefined,
        email,
        emailVerified: String(emailVerified === true),
      })
      return row?.claims ?? null
    },
  } satisfies Provisioned)
}
