import { sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { members, operators } from '@/drizzle/schema/operators'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** Who writes the settings of an organization. */
export type Writing = { readonly organizationId: string; readonly actorId: string | undefined }

/** The people behind what an actor writes, in Postgres. */
export function writerStore(db: Database) {
  return guarded({
    /**
     * Their emails, in small letters: the operator, or the one who made the API key, or the key that made it. Whoever
     * may configure the organization where nobody is known: for the command line, and for keys that it made.
     */
    async emails({ organizationId, actorId }: Writing): Promise<readonly string[]> {
      const rows = await db.execute<{ email: string }>(sql`
        with recursive makers as (
          select ${actorId ?? ''}::text as id
          union select ${apiKeys.createdById} from makers join ${apiKeys} on ${apiKeys.id} = makers.id
        ), known as (
          select email from ${operators} where ${operators.id} in (select id from makers)
        )
        select email from known
        union select email from ${operators} where not exists (select from known)
          and ${operators.disabledAt} is null and (${operators.isInstallationOperator} or exists (
            select from ${members} where ${members.userId} = ${operators.id}
              and ${members.organizationId} = ${organizationId} and ${members.role} in ('owner', 'admin')))`)
      return rows.map(({ email }) => email.toLowerCase())
    },
  })
}
