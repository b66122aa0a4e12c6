import postgres from 'postgres'
import type { Installation } from '../installation'
import { sorted } from '../mask'
import type { Sheet } from '../sheet'

/**
 * What has been written down of all that happened. Events of tokens come into the chain a moment later than what
 * operators do, so they are listed apart, in an order of their own and without ids; hashes hold times, and are not.
 */
export async function recordAudit(sheet: Sheet, { databaseUrl }: Installation): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const chains =
      await sql`select distinct chain, coalesce(split_part(slug, '~', 1), chain) as name from audit_log
      left join organizations on id = chain order by name`
    for (const { chain, name } of chains) {
      const acts =
        await sql`select actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name, detail
        from audit_log where chain = ${chain} and not detail ? 'eventId' order by sequence`
      sheet.note(`of ${name}`, lines(acts).join('\n'))
      const events = await sql`select actor_kind, actor_name, action, target_kind, target_name,
        detail - array['eventId', 'grant', 'user'] as detail
        from audit_log where chain = ${chain} and detail ? 'eventId'`
      if (events.length > 0) sheet.note(`of ${name}, events`, lines(events).toSorted().join('\n'))
    }
  } finally {
    await sql.end()
  }
  await sheet.runAll([
    ['events of a server', ['events', 'second']],
    ['keys of a server', ['keys', 'list', 'first']],
    ['a new key', ['keys', 'rotate', 'third']],
    ['cleaning up', ['clean-up']],
  ])
}

const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(sorted(row)))
