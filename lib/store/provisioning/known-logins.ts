import type { Claims } from '@/lib/oauth/model'
import type { AssertedUser, KnownLogin } from '@/lib/oauth/ports/ports'
import { omitNullish } from '@/lib/omit-nullish'
import { type Connected, type Statement, statement } from '@/lib/store/database/statement'
import { storable } from '@/lib/store/database/storable'
import { isUserOf } from '@/lib/store/departures/kept-out'
import { claimsFor, saysGroups } from './provisioned-claims'

type Row = {
  readonly isAsserted: boolean
  readonly named: Claims
  readonly told: Claims | null
  readonly provisioned: Claims | null
}

/** The logins that a person has at a connection, with what their provider, or SCIM, says of each. */
const loginsAt = (connection: string, asserted: string): string => `
  with asserted as (${asserted})
  select login.id = asserted.login as "isAsserted",
    jsonb_strip_nulls(jsonb_build_object('sub', login.subject, 'email', login.email,
      'email_verified', login.email_verified)) as named,
    (
      select grants.user_claims from grants
      join servers on servers.id = grants.server_id and servers.connection_id = its_connection.id
      left join upstream_tokens as held on held.grant_id = grants.id
      where grants.organization_id = its_connection.organization_id and grants.user_id = asserted.person and coalesce(grants.identity_id, grants.user_id) = login.id
        and grants.kind = 'login' and grants.user_claims is not null
      order by coalesce(held.updated_at, grants.created_at) desc, grants.id desc limit 1
    ) as told,
    case when ${saysGroups('its_connection')} then (${claimsFor('its_connection', 'login')}) end as provisioned
  from asserted
  join connections as its_connection on its_connection.id = ${connection}
  join users as login on login.organization_id = its_connection.organization_id
    and (login.id = asserted.person or login.linked_to = asserted.person)
    and ${isUserOf('its_connection', 'login')}
  order by login.id`

type OfIdentity = {
  readonly connectionId: string
  readonly organizationId: string
  readonly identitySource: string
  readonly subject: string
}

const ofIdentity = statement<OfIdentity, Row>((value) =>
  loginsAt(
    value('connectionId'),
    `select id as login, coalesce(linked_to, id) as person from users
      where organization_id = ${value('organizationId')} and identity_source = ${value('identitySource')}
        and subject = ${value('subject')}`,
  ),
)

const ofGrant: Statement<{ readonly connectionId: string; readonly grantId: string }, Row> = statement(
  (value) =>
    loginsAt(
      value('connectionId'),
      `select coalesce(identity_id, user_id) as login, user_id as person from grants
        where id = ${value('grantId')} and kind = 'assertion'`,
    ),
)

/** What is known of the user whom an identity assertion is about, at a connection. Decision 0151. */
export async function knownLogins(
  db: Connected,
  connectionId: string,
  asserted: AssertedUser,
): Promise<readonly KnownLogin[]> {
  if ('grantId' in asserted) return (await ofGrant(db, { connectionId, ...asserted })).map(omitNullish)
  const { organizationId, identity } = asserted
  const { identitySource, subject } = storable(identity)
  return (await ofIdentity(db, { connectionId, organizationId, identitySource, subject })).map(omitNullish)
}
