import { eq, lte, sql } from 'drizzle-orm'
import { clientDocuments } from '@/drizzle/schema/client-documents'
import type { ClientDocuments } from '@/lib/oauth/ports/clients'
import { DOCUMENT_STALE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { sweep } from '@/lib/store/database/sweep'

/** Documents of clients in Postgres. */
export function clientDocumentStore(db: Database): ClientDocuments {
  const { url, body, fetchedAt, freshUntil } = clientDocuments
  return guarded({
    async find(address) {
      const [row] = await db
        .select({ body, fetchedAt, freshUntil })
        .from(clientDocuments)
        .where(eq(url, address))
      return row ? { ...row, body: JSON.parse(row.body) } : null
    },
    async save(address, document) {
      const fetched = { ...document, body: JSON.stringify(document.body) }
      await db
        .insert(clientDocuments)
        .values({ url: address, ...fetched })
        .onConflictDoUpdate({
          target: url,
          set: fetched,
          setWhere: lte(fetchedAt, sql`excluded.fetched_at`),
        })
      const useless = new Date(document.fetchedAt.getTime() - DOCUMENT_STALE_LIFETIME * 1000)
      await db.execute(sql`with ${sweep(url, fetchedAt, useless, address)} select`)
    },
  } satisfies ClientDocuments)
}
