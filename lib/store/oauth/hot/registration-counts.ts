/** Statements on `registration_counts`, and what is counted there. Decision 0121. */
import { IS_UNUSED } from '@/drizzle/schema/clients'
import { WAITING_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { statement } from '@/lib/store/database/statement'
import type { Count } from './register'

/** How many unused registrations go at once when a server's quota is full. */
export const REPLACED = 100

type Keys = { readonly ofServer: string; readonly ofNetwork: string | undefined }

/** In this order, whoever holds them: no one waits for another one in a circle. */
const held = (value: (name: 'ofServer' | 'ofNetwork') => string, lock: string) => `
  select key from registration_counts
  where key in (${value('ofServer')}::text, ${value('ofNetwork')}::text) order by key for ${lock}`

/** Finds those of the counts that have room. */
export const takeRoom = statement<
  Keys & { readonly quota: number; readonly share: number; readonly wanted: number },
  Count
>(
  (value) => `
    with held as materialized (${held(value, 'no key update')})
    update registration_counts set held = held + ${value('wanted')}::int
    where key = any(array(select key from held)) and held + ${value('wanted')}::int <=
      case key when ${value('ofServer')}::text then ${value('quota')}::int else ${value('share')}::int end
    returning key, count_id as "countId"`,
)

type Counted = Keys & { readonly countId: string; readonly countedAt: string }

export const addCounts = statement<Counted>(
  (value) => `
    insert into registration_counts (key, held, count_id, counted_at)
    select key, 0, ${value('countId')}::text, ${value('countedAt')}::timestamptz
    from unnest(array[${value('ofServer')}::text, ${value('ofNetwork')}::text]) as key
    where key is not null order by key on conflict (key) do nothing`,
)

export const holdCounts = statement<Keys, { readonly key: string }>((value) => held(value, 'update'))

export const setCounts = statement<Counted & { readonly unused: number; readonly own: number }, Count>(
  (value) => `
    update registration_counts set count_id = ${value('countId')}::text, counted_at = ${value('countedAt')}::timestamptz,
      held = case key when ${value('ofServer')}::text then ${value('unused')}::int else ${value('own')}::int end
    where key in (${value('ofServer')}::text, ${value('ofNetwork')}::text)
    returning key, count_id as "countId"`,
)

/** `offset 0` as in clean-up. */
const hasOther = (table: 'authorization_requests' | 'grants', also = 'true') =>
  `exists (select from ${table} as other where other.server_id = client.server_id
     and other.client_row_id = client.id and ${also} offset 0)`

/**
 * How many registrations wait at a server, and of a network there, once those that have to have made room; where there
 * are far too many, at least so many as are too many. A row that others refer to becomes a tombstone, which clean-up
 * takes with them.
 */
export const countRegistrations = statement<
  {
    readonly ofServer: string
    readonly network: string | undefined
    readonly quota: number
    readonly share: number
    readonly replaced: number
    readonly now: string
    readonly replaceable: string
  },
  { readonly unused: number; readonly own: number }
>((value) => {
  const ofServer = `server_id = ${value('ofServer')}::text and ${IS_UNUSED}`
  const ofNetwork = `registered_from = ${value('network')}::text`
  const now = `${value('now')}::timestamptz`
  const upTo = (most: 'quota' | 'share') => `limit ${value(most)}::int + ${value('replaced')}::int`
  return `
    with taken as materialized (
      select
        (select count(*)::int from (
          select from clients where ${ofServer} ${upTo('quota')}
        ) as unused) as unused,
        (select count(*)::int from (
          select from clients where ${ofServer} and ${ofNetwork} ${upTo('share')}
        ) as own) as own
    ), is_full as materialized (
      select unused >= ${value('quota')}::int as quota, own >= ${value('share')}::int as share from taken
    ), replaced as materialized (
      select id, registered_from, ${hasOther('authorization_requests')} as has_past from clients as client
      where ${ofServer} and created_at < ${value('replaceable')}::timestamptz
        and ((select quota and not share from is_full) or ((select share from is_full) and ${ofNetwork}))
        and (asked_at is null or asked_at < ${now} - make_interval(secs => ${WAITING_LIFETIME}))
        and not ${hasOther('authorization_requests', `consented_at is not null and ended_at is null and expires_at > ${now}`)}
        and not ${hasOther('grants')}
      order by created_at limit ${value('replaced')}::int for update skip locked
    ), buried as (
      update clients set deleted_at = ${now}, version = version + 1,
        secret_hash = null, registration_token_hash = null, jwks = null, jwks_uri = null
      where id in (select id from replaced where has_past)
    ), forgotten as (
      delete from clients where id in (select id from replaced where not has_past)
    )
    select unused - (select count(*)::int from replaced) as unused,
      own - (select count(*)::int from replaced where ${ofNetwork}) as own from taken`
})
