import { sql } from 'drizzle-orm'
import { challenges } from '@/drizzle/schema/challenges'
import type { Challenges } from '@/lib/oauth/ports/ports'
import type { Database } from '../database/database'
import { guarded } from '../database/guarded'
import { inTime } from '../database/in-time'
import { sweep } from '../database/sweep'
import { codeKey, codeValue, requestKey, requestValue } from './redis-script'

/** The challenge store on a Postgres table, for installations without Redis. Its clock is the database's. */
export function postgresChallenges(db: Database): Challenges {
  const { key, value, expiresAt } = challenges
  const inSeconds = (seconds: number) => sql`now() + make_interval(secs => ${seconds}::double precision)`

  async function save(name: string, content: object, lifetime: number): Promise<void> {
    await db.execute(sql`
      with ${sweep(key, expiresAt, sql`now()`, name)}
      insert into ${challenges} (key, value, expires_at)
      values (${name}, ${JSON.stringify(content)}::jsonb, ${inSeconds(lifetime)})
      on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`)
  }

  return guarded(
    {
      saveChallenge: (requestId, codeChallenge, lifetime) =>
        save(requestKey(requestId), requestValue(codeChallenge), lifetime),

      async rearmChallenge(requestId, lifetime) {
        const rows = await db.execute(sql`
          update ${challenges} set expires_at = ${inSeconds(lifetime)}
          where ${key} = ${requestKey(requestId)} and ${expiresAt} > now()
          returning key`)
        return rows.length > 0
      },

      async takeChallenge(requestId) {
        const [row] = await db.execute<{ code_challenge: string }>(sql`
          delete from ${challenges}
          where ${key} = ${requestKey(requestId)} and ${expiresAt} > now() and ${inTime(db)}
          returning ${value} ->> 'code_challenge' as code_challenge`)
        return row?.code_challenge ?? null
      },

      saveCode: (codeHash, record, lifetime) => save(codeKey(codeHash), codeValue(record), lifetime),

      async redeemCode(codeHash, { codeChallenge, serverId, clientId, redirectUri }, spentLifetime) {
        // `spent` counts: concurrent callers queue at the row, and only the first leaves it at 1.
        const [row] = await db.execute<{ redemptions: number; grant_id: string; request_id: string }>(sql`
          update ${challenges} set
            value = ${value} || jsonb_build_object('spent', coalesce((${value} ->> 'spent')::int, 0) + 1),
            expires_at = case when ${value} ? 'spent' then ${expiresAt} else ${inSeconds(spentLifetime)} end
          where ${key} = ${codeKey(codeHash)} and ${expiresAt} > now() and ${inTime(db)}
            and ${value} ->> 'code_challenge' = ${codeChallenge}
            and ${value} ->> 'server_id' = ${serverId}
            and ${value} ->> 'client_id' = ${clientId}
            and ${value} ->> 'redirect_uri' = coalesce(${redirectUri ?? null}::text, ${value} ->> 'redirect_uri')
          returning (${value} ->> 'spent')::int as redemptions,
            ${value} ->> 'grant_id' as grant_id, ${value} ->> 'request_id' as request_id`)
        if (!row) return { outcome: 'refused' }
        const outcome = row.redemptions === 1 ? 'redeemed' : 'replayed'
        return { outcome, grantId: row.grant_id, requestId: row.request_id }
      },

      async ping() {
        await db.execute(sql`select 1`)
      },
    } satisfies Challenges,
    { store: 'challenges' },
  )
}
